// What a trainer runs: programs over one state.
//
//   initialize     draws the first parameters
//   train          one step: a batch, the loss, its gradient, the optimizer's updates
//   optimizer …    what a method with a course of its own runs before it ends a step
//   score …        losses, or other scores of the model, of a chunk of rows
//   predict        predictions for a chunk of rows

import { rowCount, type Tensor } from '../data/tensor.ts';
import { gradient } from '../graph/gradient.ts';
import { asNode, data as dataLeaf, leaf, type Node, type Shape, showShape, size } from '../graph/node.ts';
import {
  add,
  concatenate,
  divide,
  expand,
  flush,
  gather,
  increment,
  maximum,
  minibatch,
  multiply,
  reshape,
  type Stream,
  sum,
} from '../graph/ops/index.ts';
import type { Program, Update } from '../graph/program.ts';
import { topological } from '../graph/topological.ts';
import { type Declaration, type Declarations, declare, scopeOver, totalSize } from '../layers/scope.ts';
import type { Batch, Evaluation, Model } from '../models/model.ts';
import { asMethod, type Method, type Optimizer } from '../optimizers/optimizer.ts';
import type { Split } from './split.ts';

/** Rows that are scored or predicted at a time, at the most, and where batches are smaller, at the least. */
const MOST_ROWS = 256;
const LEAST_ROWS = 32;

/** A batch whose weights add up to less counts as nothing, and not as 0 / 0. */
const LEAST_WEIGHT = 2 ** -100;

export type ProgramName = 'initialize' | 'train' | 'score' | 'predict' | `score ${string}` | `optimizer ${string}`;

/** A node of the state zone, and how its content is named. */
export interface Section {
  readonly node: Node;
  /** Put before the names of its parts. */
  readonly prefix?: string;
  /** The tensors that the node is made of; absent: it is one. */
  readonly parts?: readonly Declaration[];
}

/** Everything that training changes. */
export interface State {
  readonly seed: Node;
  readonly step: Node;
  /** All parameters, one after the other. */
  readonly parameters: Node;
  /** What layers keep. */
  readonly buffers: Node;
  /** The parameters and buffers with the smallest validation loss so far. */
  readonly best: Node;
  /** The whole state zone, in the order of its memory. */
  readonly sections: readonly Section[];
}

/** A program that is fed a chunk of rows at a time. */
export interface Chunked<Name extends ProgramName = ProgramName> {
  readonly name: Name;
  /** Written before each run, by the place of their tensor in a split. */
  readonly inputs: ReadonlyMap<number, Node>;
  /** The number of the chunk, if random numbers depend on it. */
  readonly chunk?: Node;
  readonly rows: number;
  readonly results: readonly Node[];
}

/** What is predicted, for whoever computes it elsewhere. */
export interface PredictionGraph {
  /** The prediction for so many samples, the only result; its inputs are leaves of the zone `input`. */
  readonly build: (samples: number) => readonly Node[];
  /** What a leaf of the state zone holds now. */
  readonly valuesOf: (leaf: Node) => Float32Array;
}

export interface TrainingPrograms {
  readonly declarations: Declarations;
  readonly state: State;
  readonly method: Method;
  /** What is scored: the parameters, or what the optimizer makes of them. */
  readonly evaluated: Node;
  readonly programs: Readonly<Record<ProgramName, Program>>;
  /** For tensors of a split by whose elements something is looked up, what these must be below. */
  readonly limits: ReadonlyMap<number, number>;
  /** Losses, and by their names other scores: what is added up, and the weights if there are any. */
  readonly scores: ReadonlyMap<string, Chunked>;
  readonly predict: Chunked<'predict'>;
  /** The same for another number of rows. */
  readonly predictionOf: (rows: number) => Chunked<'predict'>;
}

/** @param batchSize samples per step; absent: all of `train` */
export function trainingPrograms(
  model: Model,
  optimizer: Optimizer,
  train: Split,
  batchSize?: number,
): TrainingPrograms {
  const [seed, step] = [leaf('state', 'seed', [2], 'i32'), leaf('state', 'step', [], 'i32')];
  const stream = (name: string): Stream => ({ seed, step, name });
  // What is declared does not depend on the number of rows.
  const declarations = declare(
    (scope) => model.build(scope, inputLeaves(model, train, 1)),
    (shape) => leaf('state', 'parameter', shape),
    stream,
  );
  const count = totalSize(declarations.parameters);
  const parameters = leaf('state', 'parameters', [count]);
  const buffers = leaf('state', 'buffers', [totalSize(declarations.buffers)]);
  const best = leaf('state', 'best', [count + size(buffers.shape)]);
  const memory = { parameters, buffers };

  const kept: Update[] = [];
  const scope = scopeOver(memory, declarations, stream, kept);
  const batch = trainingBatch(model, train, stream('minibatch'), batchSize);
  const evaluation = model.build(scope, batch);
  const loss = minimised(evaluation);
  const initial = (kind: keyof Declarations): Node =>
    concatenate(declarations[kind].map(({ name, shape, initializer }) => initializer(shape, stream(name))));
  const [first, firstBuffers] = [initial('parameters'), initial('buffers')];
  const slots: Section[] = [];
  const firstSlots: Update[] = [];
  const made = optimizer({
    parameters,
    gradient: concatenate(
      gradient(
        loss,
        declarations.parameters.map(({ name, shape, initializer }) => scope.parameter(name, shape, initializer)),
      ),
    ),
    loss,
    step,
    initial: first,
    slot: (name, { shape = [count], initial } = {}) => {
      if (slots.some(({ node }) => node.name === name)) {
        throw new Error(`optimizer: the slot '${name}' is taken; every slot needs its own name`);
      }
      const node = leaf('state', name, shape);
      const isPerParameter = shape.length === 1 && shape[0] === count;
      slots.push(isPerParameter ? { node, prefix: `${name}.`, parts: declarations.parameters } : { node });
      if (initial !== undefined) firstSlots.push([node, expand(asNode(initial), shape)]);
      return node;
    },
  });
  const method = asMethod(made);
  const updates = method.updates.map((update) => flushed(update, parameters));
  const evaluated = method.evaluated ?? parameters;

  const chunkRows = Math.min(MOST_ROWS, Math.max(batchSize ?? rowCount(train[0]), LEAST_ROWS));
  const chunked = <Name extends ProgramName>(
    name: Name,
    resultsOf: (evaluation: Evaluation) => readonly Node[],
    rows = chunkRows,
  ): Chunked<Name> => {
    const chunk = leaf('input', 'chunk', [], 'i32');
    const random = (name: string): Stream => ({ seed, step: chunk, name: `evaluation/${name}` });
    const batch = inputLeaves(model, train, rows);
    const scope = scopeOver({ parameters: evaluated, buffers }, declarations, random);
    const results = resultsOf(model.build(scope, batch));
    for (const { shape } of results) {
      if (size(shape) % rows === 0) continue;
      throw new Error(`model: ${name} of ${rows} samples must have as many rows, got ${showShape(shape)}`);
    }
    const needed = new Set(topological(results));
    return {
      name,
      rows,
      results,
      inputs: new Map([...batch.entries()].filter(([, node]) => needed.has(node))),
      ...(needed.has(chunk) && { chunk }),
    };
  };
  const weighted = (values: Node | undefined, { weight }: Evaluation): Node[] =>
    [values, weight].filter((node) => node !== undefined);
  const scores = new Map<string, Chunked>([
    ['loss', chunked('score', (evaluation) => weighted(evaluation.loss, evaluation))],
    ...Object.keys(evaluation.scores ?? {}).map(
      (name) =>
        [name, chunked(`score ${name}`, (evaluation) => weighted(evaluation.scores?.[name], evaluation))] as const,
    ),
  ]);
  const predictionOf = (rows?: number) => chunked('predict', ({ prediction }) => [prediction], rows);

  const predict = predictionOf();

  const withBuffers = (updates: readonly Update[], added: readonly Update[]) => [
    ...updates,
    ...(declarations.buffers.length > 0 ? added : []),
  ];
  const programs: Record<ProgramName, Program> = {
    initialize: {
      updates: [...withBuffers([[parameters, first]], [[buffers, firstBuffers]]), ...firstSlots],
      outputs: [],
    },
    train: { updates: [...withBuffers(updates, kept), [step, increment(step)]], outputs: [] },
    score: { updates: [], outputs: [] },
    predict: { updates: [], outputs: [] },
  };
  for (const [name, updates] of Object.entries(method.programs ?? {})) {
    programs[`optimizer ${name}`] = { updates, outputs: [] };
  }
  for (const { name, results } of [...scores.values(), predict]) programs[name] = { updates: [], outputs: results };

  const sections: Section[] = [
    { node: seed },
    { node: step },
    { node: parameters, parts: declarations.parameters },
    { node: buffers, parts: declarations.buffers },
    ...slots,
    { node: best, prefix: 'best.', parts: bestParts(declarations, count) },
  ];
  const state: State = { seed, step, parameters, buffers, best, sections };
  return {
    declarations,
    state,
    method,
    evaluated,
    programs,
    limits: limitsOf(evaluation, batch),
    scores,
    predict,
    predictionOf,
  };
}

/**
 * What an optimizer keeps for each parameter, and the parameters, never become denormal: averages of gradients that have
 * gone to 0, and weights that decay, would, and then steps take several times as long (bench/elementwise.ts).
 */
function flushed([target, value]: Update, { shape }: Node): Update {
  return target.type === 'f32' && size(target.shape) === size(shape) ? [target, flush(value)] : [target, value];
}

function bestParts({ parameters, buffers }: Declarations, count: number): Declaration[] {
  return [...parameters, ...buffers.map((buffer) => ({ ...buffer, offset: count + buffer.offset }))];
}

/** What elements of the batch must be below, by the place of their tensor, where they are looked up as they are. */
function limitsOf({ loss, prediction }: Evaluation, batch: Batch): Map<number, number> {
  const source = (node: Node | undefined): Node | undefined => (node?.alias ? source(node.alias.of) : node);
  const sources = batch.map(source);
  const limits = new Map<number, number>();
  for (const { inputs, indices } of topological([loss, prediction])) {
    const i = indices ? sources.indexOf(source(inputs[indices.input])) : -1;
    if (indices && i >= 0) limits.set(i, Math.min(limits.get(i) ?? indices.below, indices.below));
  }
  return limits;
}

/** What training minimises: the mean of the losses, and the penalty. */
function minimised({ loss, weight, penalty }: Evaluation): Node {
  const mean = weight
    ? divide(sum(loss), maximum(sum(weight), LEAST_WEIGHT))
    : multiply(sum(loss), 1 / size(loss.shape));
  return penalty ? add(mean, reshape(penalty, [])) : mean;
}

/** Shape of `rows` samples: those of one number each are a column. */
function batchShape({ shape }: Tensor, rows: number): Shape {
  return shape.length > 1 ? [rows, ...shape.slice(1)] : [rows, 1];
}

/** Memory for a batch of rows like those of the training set. */
function inputLeaves({ fields }: Model, train: Split, rows: number): Batch {
  return mapTensors(train, (tensor, i) => leaf('input', fields[i]?.name ?? '', batchShape(tensor, rows)));
}

/** What a training step is made of: the whole set, as float32, or a minibatch drawn from it. */
function trainingBatch({ fields }: Model, train: Split, stream: Stream, batchSize?: number): Batch {
  const rows = rowCount(train[0]);
  const name = (i: number): string => fields[i]?.name ?? '';
  if (batchSize === undefined) {
    return mapTensors(train, (tensor, i) =>
      dataLeaf(name(i), Float32Array.from(tensor.data), batchShape(tensor, rows)),
    );
  }
  const index = minibatch(stream, rows, batchSize);
  return mapTensors(train, (tensor, i) => {
    const all = dataLeaf(name(i), tensor.data, [rows, tensor.data.length / rows]);
    return reshape(gather(all, index), batchShape(tensor, batchSize));
  });
}

function mapTensors([first, ...others]: Split, make: (tensor: Tensor, i: number) => Node): Batch {
  return [make(first, 0), ...others.map((tensor, i) => make(tensor, i + 1))];
}
