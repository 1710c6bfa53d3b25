// What all models have in common that learn from targets: how outputs are compared with them, and what the data must be.

import { rowSize, type Tensor } from '../data/tensor.ts';
import { columns, type Node, rows, showShape, size } from '../graph/node.ts';
import { expand, multiply, reshape, sumColumns } from '../graph/ops/index.ts';
import type { Loss } from '../losses/loss.ts';
import type { Evaluation, Field } from './model.ts';

/**
 * Compares output[.., k] with the target: as many values, or where the loss takes classes one per row of the output.
 *
 * A weight is one per sample [n], one per row of the output, or one per output [.., k]. The loss is then
 * Σ weight · loss / Σ weight, where the weight of a row is the mean over its outputs: equal weights change nothing, and
 * weights of 0 leave out what they stand for.
 */
export function supervise(
  loss: Loss,
  output: Node,
  target: Node | undefined,
  weight?: Node,
): Pick<Evaluation, 'loss' | 'weight' | 'prediction'> {
  if (!target) throw new Error('loss: the data have no target; give the splits a second tensor');
  const elements = loss.elements(output, alignTarget(loss, output, target));
  const prediction = loss.predict(output);
  if (!weight) return { loss: sumColumns(elements), prediction };
  if (size(weight.shape) === size(elements.shape)) {
    const each = reshape(weight, elements.shape);
    return {
      loss: sumColumns(multiply(elements, each)),
      weight: multiply(sumColumns(each), 1 / columns(elements.shape)),
      prediction,
    };
  }
  return { ...weighted(sumColumns(elements), weight), prediction };
}

/** Losses of rows, [.., 1], with a weight of each sample or row, if there is one. */
export function weighted(loss: Node, weight: Node | undefined): Pick<Evaluation, 'loss' | 'weight'> {
  if (!weight) return { loss };
  const each = weightOfRows(weight, loss);
  return { loss: multiply(loss, each), weight: each };
}

function alignTarget(loss: Loss, output: Node, target: Node): Node {
  const outputs = columns(output.shape);
  const allowed = [loss.targetColumns?.(outputs) ?? outputs, ...(loss.acceptsClasses ? [1] : [])];
  for (const width of allowed) {
    if (size(target.shape) === rows(output.shape) * width)
      return reshape(target, [...output.shape.slice(0, -1), width]);
  }
  throw new Error(`loss: target ${showShape(target.shape)} does not fit output ${showShape(output.shape)}`);
}

/** One weight for each row of `elements`. */
export function weightOfRows(weight: Node, elements: Node): Node {
  const shape = [...elements.shape.slice(0, -1), 1];
  if (size(weight.shape) === size(shape)) return reshape(weight, shape);
  const samples = elements.shape[0] ?? 1;
  if (size(weight.shape) !== samples) {
    throw new Error(`loss: weight ${showShape(weight.shape)} does not fit losses ${showShape(elements.shape)}`);
  }
  return reshape(expand(reshape(weight, [samples, 1]), [samples, rows(elements.shape) / samples]), shape);
}

/** The input[n, inputs], of any shape with so many elements per row. */
export function inputField(inputs: number): Field {
  return { name: 'input', complaint: (tensor) => columnComplaint('input', tensor, inputs) };
}

/** The target, with as many columns as the loss says, or classes [n] where the loss takes these. */
export function targetField(loss: Loss, outputs: number): Field {
  const complaint = (target: Tensor): string | undefined => {
    const areClasses = loss.acceptsClasses && rowSize(target) === 1;
    const expected = loss.targetColumns?.(outputs) ?? outputs;
    const wrongColumns = areClasses ? undefined : columnComplaint('target', target, expected);
    return wrongColumns ?? loss.complaint?.(target, outputs);
  };
  return { name: 'target', complaint };
}

/** The target, and a weight, which may be absent. */
export function targetFields(loss: Loss, outputs: number): Field[] {
  return [targetField(loss, outputs), { name: 'weight', optional: true, complaint: weightComplaint }];
}

function columnComplaint(what: string, tensor: Tensor, expected: number): string | undefined {
  const got = rowSize(tensor);
  return got === expected ? undefined : `the ${what} must have ${expected} columns, as the model says, got ${got}`;
}

/** Weights of all losses must be finite and not negative. */
export function weightComplaint({ data }: Tensor): string | undefined {
  const wrong = data.find((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  return wrong === undefined ? undefined : `weights must be finite and at least 0, got ${wrong}`;
}
