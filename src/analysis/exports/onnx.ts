// ONNX: what a model predicts as a graph that onnxruntime computes, with the best parameters in it. The number of samples is
// left open. Inputs are called as the model calls them and are float32, whole numbers too; the output is `prediction`.

import { UserError } from '../../errors.ts';
import { type Node, size } from '../../graph/node.ts';
import { topological } from '../../graph/topological.ts';
import type { PredictionGraph } from '../../trainer/programs.ts';
import { type Operand, translations } from '../onnx/ops.ts';
import { type Extents, extent, extents, SAMPLES, sizeOf } from '../onnx/shapes.ts';
import { OnnxWriter, type Value } from '../onnx/writer.ts';
import type { Facts, Format } from './format.ts';

export const onnx: Format = {
  ending: 'onnx',
  graph: (graph, facts) => [encodeOnnx(graph, facts)],
};

/** A protocol buffer's own limit. */
const MOST_BYTES = 2 ** 31 - 1;

/** @throws UserError naming what of the model cannot be said in ONNX */
function encodeOnnx(graph: PredictionGraph, facts: Facts): Uint8Array {
  try {
    const model = translate(graph, facts);
    if (model.length > MOST_BYTES) throw new Error(`the model has ${model.length} bytes, at most ${MOST_BYTES} fit`);
    return model;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(`onnx: ${error.message}; export the parameters alone, with --to safetensors`, 2, {
      cause: error,
    });
  }
}

function translate({ build, valuesOf }: PredictionGraph, facts: Facts): Uint8Array {
  const [[result], [other]] = [build(SAMPLES[0]), build(SAMPLES[1])];
  if (!result || !other) throw new Error('nothing is predicted');
  const order = topological([result]);
  const twins = new Map(topological([other]).map((twin, i) => [order[i], twin]));
  const twinOf = (node: Node): Node => {
    const twin = twins.get(node);
    if (twin?.op === node.op) return twin;
    throw new Error(`what is computed depends on the number of samples, got '${node.op}' and '${twin?.op}'`);
  };
  const axesOf = (node: Node): Extents => extents(`the shape of '${node.op}'`, node.shape, twinOf(node).shape);

  const write = new OnnxWriter();
  const values = new Map<Node, Value>();
  const operand = (node: Node): Operand => {
    const axes = axesOf(node);
    const value = values.get(node) ?? memory(write, node, axes, valuesOf);
    values.set(node, value);
    return { value, axes };
  };
  for (const node of order) {
    const { op, leaf, inputs, attributes } = node;
    if (leaf?.zone === 'input') values.set(node, write.input(node.name ?? 'input', axesOf(node)));
    // Of memory only what is used is written.
    if (leaf || isMemory(node)) continue;
    const translation = Object.hasOwn(translations, op) ? translations[op] : undefined;
    if (!translation) throw new Error(`the operation '${op}' has no counterpart`);
    const both = attributes.map((attribute, i) => {
      const twin = twinOf(node).attributes[i];
      return typeof attribute === 'number' && typeof twin === 'number'
        ? extent(op, attribute, twin)
        : String(attribute);
    });
    values.set(node, translation({ op, write, inputs: inputs.map(operand), axes: axesOf(node), attributes: both }));
  }
  const { value, axes } = operand(result);
  const [first = 1, ...others] = axes;
  const all = sizeOf(axes);
  // As `predict` gives it: a row for each sample.
  const isByRows = typeof first !== 'number' && first.perSample === 1;
  const rows = isByRows ? [first, ...others] : [{ perSample: 1 }, typeof all === 'number' ? all : all.perSample];
  return write.model(write.reshape(value, axes, rows), rows, facts);
}

/** Whether it is what lies in the state or data zone, or a part of that. */
function isMemory({ leaf, alias }: Node): boolean {
  return alias ? isMemory(alias.of) : leaf !== undefined && leaf.zone !== 'input';
}

/** What lies in memory, as numbers of the model. */
function memory(write: OnnxWriter, node: Node, axes: Extents, valuesOf: PredictionGraph['valuesOf']): Value {
  const shape = axes.filter((length) => typeof length === 'number');
  const name = nameOf(node);
  if (shape.length < axes.length) throw new Error(`'${name}' is as long as there are samples`);
  return write.floats(name, contentOf(node, valuesOf), shape);
}

function nameOf({ name, op, alias }: Node): string {
  return name ?? (alias ? nameOf(alias.of) : op);
}

function contentOf(node: Node, valuesOf: PredictionGraph['valuesOf']): Float32Array {
  const { alias, leaf } = node;
  if (alias) return contentOf(alias.of, valuesOf).subarray(alias.offset, alias.offset + size(node.shape));
  if (node.type !== 'f32') throw new Error(`'${nameOf(node)}' is no float32`);
  const values = leaf?.zone === 'state' ? valuesOf(node) : (leaf?.values ?? new Float32Array(size(node.shape)));
  return Float32Array.from(values);
}
