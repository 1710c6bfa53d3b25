// Alchemie's operations in those of ONNX: an entry for each that models predict with. Their definitions are the same;
// images are [n, h, w, c] here and [n, c, h, w] there, and an operand that is repeated may have other axes than NumPy would
// want.
// Source: https://github.com/onnx/onnx/blob/main/docs/Operators.md, set 19.

import { columnsOf, type Extent, type Extents, isSame, rowsOf, sizeOf } from './shapes.ts';
import type { OnnxWriter, Value } from './writer.ts';

export interface Operand {
  readonly value: Value;
  readonly axes: Extents;
}

/** An operation, and where it is written to. */
export interface Step {
  readonly op: string;
  readonly write: OnnxWriter;
  readonly inputs: readonly Operand[];
  /** Of the result. */
  readonly axes: Extents;
  readonly attributes: readonly (Extent | string)[];
}

export type Translation = (step: Step) => Value;

const FLOAT = 1;
const INT64 = 7;

/** Not an operand of the operation's, which has as many as its function in the graph takes. */
function input({ op, inputs }: Step, i = 0): Operand {
  const operand = inputs[i];
  if (!operand) throw new Error(`onnx: ${op} has no operand ${i}`);
  return operand;
}

function flat(write: OnnxWriter, { value, axes }: Operand, to: Extents): Value {
  return write.reshape(value, axes, to);
}

/** An operand with axes that NumPy's rules repeat to those of the result. */
function aligned({ write, axes }: Step, operand: Operand): Value {
  const [r, c] = [rowsOf(operand.axes), columnsOf(operand.axes)];
  if (isSame(r, 1)) return operand.axes.length > axes.length ? flat(write, operand, [c]) : operand.value;
  const isColumn = isSame(c, 1) && !isSame(columnsOf(axes), 1);
  return flat(write, operand, isColumn ? [...axes.slice(0, -1), 1] : axes);
}

const map =
  (type: string): Translation =>
  (step) =>
    step.write.node(type, [input(step).value]);

const zip =
  (type: string): Translation =>
  (step) =>
    step.write.node(type, [aligned(step, input(step, 0)), aligned(step, input(step, 1))]);

/** Along each row. */
const rowwise =
  (type: string): Translation =>
  (step) => {
    const x = input(step);
    const matrix = [rowsOf(x.axes), columnsOf(x.axes)];
    return step.write.reshape(step.write.node(type, [flat(step.write, x, matrix)], { axis: 1 }), matrix, x.axes);
  };

const transposed = ({ write }: Step, x: Value, attribute: Extent | string | undefined, rank: number): Value => {
  if (attribute !== 'transposed') return x;
  const axes = Array.from({ length: rank }, (_, i) => i);
  return write.node('Transpose', [x], { perm: [...axes.slice(0, -2), rank - 1, rank - 2] });
};

const matmul: Translation = (step) => {
  const operands = [0, 1].map((i) => {
    const operand = input(step, i);
    const matrix = flat(step.write, operand, [rowsOf(operand.axes), columnsOf(operand.axes)]);
    return transposed(step, matrix, step.attributes[i], 2);
  });
  return step.write.node('MatMul', operands);
};

const batchMatmul: Translation = (step) => {
  const operands = [0, 1].map((i) => {
    const { value, axes } = input(step, i);
    return transposed(step, value, step.attributes[i], axes.length);
  });
  return step.write.node('MatMul', operands);
};

/** Sums over one axis, which may not be that of the samples. */
function sumOver(step: Step, x: Value, axes: Extents, axis: number): Value {
  if (typeof axes[axis] !== 'number') throw new Error(`${step.op} adds up samples, of which each is predicted alone`);
  return step.write.node('ReduceSum', [x, step.write.integers([axis])], { keepdims: 0 });
}

/** Sums over the axis `axis` of x, seen with `axes`. */
function sumAs(step: Step, axes: Extents, axis: number): Value {
  const summed = sumOver(step, flat(step.write, input(step), axes), axes, axis);
  return step.write.reshape(summed, axes.toSpliced(axis, 1), step.axes);
}

/** How many times `part` goes into `whole`. */
function times(step: Step, whole: Extent, part: Extent): Extent {
  if (typeof whole === 'number' && typeof part === 'number') return whole / part;
  if (typeof whole !== 'number')
    return typeof part === 'number' ? { perSample: whole.perSample / part } : whole.perSample / part.perSample;
  throw new Error(`${step.op} depends on the number of samples`);
}

/** The numbers among the attributes, of which the first is mostly the number of samples. */
function fixed(attributes: Step['attributes']): number[] {
  return attributes.map((attribute) => (typeof attribute === 'number' ? attribute : 0));
}

/** [n, h, w, c] → [n, c, h, w], what is done with those, and back. */
function onImages({ write }: Step, x: Value, use: (x: Value) => Value): Value {
  return write.node('Transpose', [use(write.node('Transpose', [x], { perm: [0, 3, 1, 2] }))], { perm: [0, 2, 3, 1] });
}

function windowOf(step: Step) {
  const [, , , , , , height = 1, width = 1, down = 1, right = 1, top = 0, left = 0, downwards = 1, across = 1] = fixed(
    step.attributes,
  );
  return {
    size: [height, width],
    strides: [down, right],
    pads: [top, left, top, left],
    dilations: [downwards, across],
  };
}

const conv2d: Translation = (step) => {
  const { size, ...window } = windowOf(step);
  const weight = step.write.node('Transpose', [input(step, 1).value], { perm: [3, 2, 0, 1] });
  return onImages(step, input(step).value, (x) =>
    step.write.node('Conv', [x, weight], { kernel_shape: size, ...window }),
  );
};

const maxPool2d: Translation = (step) => {
  const { size, ...window } = windowOf(step);
  return onImages(step, input(step).value, (x) => step.write.node('MaxPool', [x], { kernel_shape: size, ...window }));
};

const averagePool2d: Translation = (step) => {
  const { size, ...window } = windowOf(step);
  const attributes = { kernel_shape: size, ...window, count_include_pad: 1 };
  return onImages(step, input(step).value, (x) => step.write.node('AveragePool', [x], attributes));
};

const embedding: Translation = (step) => {
  const [table, index] = [input(step, 0), input(step, 1)];
  const c = columnsOf(table.axes);
  const rows = flat(step.write, table, [rowsOf(table.axes), c]);
  const places = step.write.node('Cast', [index.value], { to: INT64 });
  return step.write.reshape(step.write.node('Gather', [rows, places], { axis: 0 }), [...index.axes, c], step.axes);
};

const concatenate: Translation = (step) =>
  step.write.node(
    'Concat',
    step.inputs.map((part) => flat(step.write, part, [sizeOf(part.axes)])),
    { axis: 0 },
  );

/** Elements that follow each other; where they grow with the samples, whole axes of them. */
const slice: Translation = (step) => {
  const { write, axes } = step;
  const x = input(step);
  const [offset = 0] = step.attributes;
  const [all, taken] = [sizeOf(x.axes), sizeOf(axes)];
  if (typeof offset === 'string') throw new Error('slice: expected an offset');
  const cut = (unit: Extents, from: number, count: number): Value => {
    const list = flat(write, x, unit);
    return write.node('Slice', [list, write.integers([from]), write.integers([from + count]), write.integers([0])]);
  };
  if (typeof all === 'number' && typeof taken === 'number' && typeof offset === 'number') {
    return write.reshape(cut([all], offset, taken), [taken], axes);
  }
  if (typeof all === 'number' || typeof taken === 'number' || (typeof offset === 'number' && offset !== 0)) {
    throw new Error('slice takes some of the samples, of which each is predicted alone');
  }
  const first = typeof offset === 'number' ? 0 : offset.perSample;
  const sliced = cut([all.perSample, { perSample: 1 }], first, taken.perSample);
  return write.reshape(sliced, [taken.perSample, { perSample: 1 }], axes);
};

const repeatRows: Translation = (step) => {
  const { write } = step;
  const x = input(step);
  const [n, c, [k = 1]] = [rowsOf(x.axes), columnsOf(x.axes), fixed(step.attributes)];
  const tiled = write.node('Tile', [flat(write, x, [n, 1, c]), write.integers([1, k, 1])]);
  return write.reshape(tiled, [n, k, c], step.axes);
};

/** By the names of the operations. */
export const translations: Readonly<Record<string, Translation>> = {
  add: zip('Add'),
  subtract: zip('Sub'),
  multiply: zip('Mul'),
  divide: zip('Div'),
  pow: zip('Pow'),
  maximum: zip('Max'),
  minimum: zip('Min'),
  atLeast: (step) => step.write.node('Cast', [zip('GreaterOrEqual')(step)], { to: FLOAT }),
  negate: map('Neg'),
  abs: map('Abs'),
  sign: map('Sign'),
  floor: map('Floor'),
  square: (step) => step.write.node('Mul', [input(step).value, input(step).value]),
  sqrt: map('Sqrt'),
  reciprocal: map('Reciprocal'),
  // What it sets to 0 is below 1e-30.
  flush: map('Identity'),
  exp: map('Exp'),
  log: map('Log'),
  log1p: (step) => step.write.node('Log', [step.write.node('Add', [input(step).value, step.write.scalar(1)])]),
  sin: map('Sin'),
  cos: map('Cos'),
  erf: map('Erf'),
  relu: map('Relu'),
  tanh: map('Tanh'),
  sigmoid: map('Sigmoid'),
  softplus: map('Softplus'),
  softsign: map('Softsign'),
  gelu: (step) => {
    const { write } = step;
    const { value } = input(step);
    const wide = write.node('Erf', [write.node('Mul', [value, write.scalar(Math.SQRT1_2)])]);
    const distribution = write.node('Mul', [write.node('Add', [wide, write.scalar(1)]), write.scalar(0.5)]);
    return write.node('Mul', [value, distribution]);
  },
  silu: (step) => step.write.node('Mul', [input(step).value, step.write.node('Sigmoid', [input(step).value])]),
  matmul,
  batchMatmul,
  softmax: rowwise('Softmax'),
  logSoftmax: rowwise('LogSoftmax'),
  sum: (step) => sumAs(step, [sizeOf(input(step).axes)], 0),
  sumRows: (step) => sumAs(step, [rowsOf(input(step).axes), columnsOf(input(step).axes)], 0),
  sumColumns: (step) => sumAs(step, [rowsOf(input(step).axes), columnsOf(input(step).axes)], 1),
  sumGroups: (step) => {
    const { axes } = input(step);
    const n = rowsOf(step.axes);
    return sumAs(step, [n, times(step, rowsOf(axes), n), columnsOf(axes)], 1);
  },
  repeatRows,
  expand: (step) => step.write.node('Expand', [aligned(step, input(step)), step.write.lengths(step.axes)]),
  reshape: (step) => flat(step.write, input(step), step.axes),
  copy: map('Identity'),
  swapMiddleAxes: (step) => step.write.node('Transpose', [input(step).value], { perm: [0, 2, 1, 3] }),
  concatenate,
  slice,
  conv2d,
  maxPool2d,
  averagePool2d,
  embedding,
};
