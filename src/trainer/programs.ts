// What a trainer runs: four programs over one state.
//
//   initialize  draws the first parameters
//   train       one step: a batch, the loss, its gradient, the optimizer's updates
//   score       losses of a chunk of rows
//   predict     predictions for a chunk of rows

import { rowCount, rowSize, type Tensor } from '../data/tensor.ts';
import { gradient } from '../graph/gradient.ts';
import { data as dataLeaf, leaf, type Node, size } from '../graph/node.ts';
import { concatenate, gather, increment, minibatch, multiply, type Stream, sum } from '../graph/ops/index.ts';
import type { Program } from '../graph/program.ts';
import { type Declaration, declare, scopeOver } from '../layers/scope.ts';
import type { Model } from '../models/model.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Split } from './split.ts';

/** Rows that are scored or predicted at a time, at the most. */
const CHUNK_ROWS = 256;

export type ProgramName = 'initialize' | 'train' | 'score' | 'predict';

/** Everything that training changes. All but seed and step are flat vectors over all parameters. */
export interface State {
  readonly seed: Node;
  readonly step: Node;
  readonly parameters: Node;
  /** What the optimizer remembers. */
  readonly slots: readonly Node[];
  /** The parameters with the smallest validation loss so far. */
  readonly best: Node;
}

/** A program that is fed a chunk of rows at a time. */
export interface Chunked {
  readonly name: ProgramName;
  /** Written before each run. */
  readonly inputs: readonly Node[];
  readonly result: Node;
}

export interface TrainingPrograms {
  readonly declarations: readonly Declaration[];
  readonly state: State;
  readonly programs: Readonly<Record<ProgramName, Program>>;
  readonly score: Chunked;
  readonly predict: Chunked;
}

/** The nodes of the state zone, in the order of their memory. */
export function stateZone({ seed, step, parameters, slots, best }: State): Node[] {
  return [seed, step, parameters, ...slots, best];
}

/** @param batchSize samples per step; absent: all of `train` */
export function trainingPrograms(
  model: Model,
  optimizer: Optimizer,
  train: Split,
  val: Split,
  batchSize?: number,
): TrainingPrograms {
  // What is declared does not depend on the number of rows.
  const declarations = declare(
    (scope) => model.output(scope, leaf('input', 'input', [1, model.inputs])),
    (shape) => leaf('state', 'parameter', shape),
  );
  const count = declarations.reduce((total, { shape }) => total + size(shape), 0);
  const slots: Node[] = [];
  const state: State = {
    seed: leaf('state', 'seed', [2], 'i32'),
    step: leaf('state', 'step', [], 'i32'),
    parameters: leaf('state', 'parameters', [count]),
    slots,
    best: leaf('state', 'best', [count]),
  };
  const stream = (name: string): Stream => ({ seed: state.seed, step: state.step, name });

  const [input, target] = trainingBatch(train, stream('minibatch'), batchSize);
  const scope = scopeOver(state.parameters, declarations, stream);
  const losses = model.loss.rows(model.output(scope, input), target);
  const loss = multiply(sum(losses), 1 / size(losses.shape));
  const parameters = declarations.map(({ name, shape, initializer }) => scope.parameter(name, shape, initializer));
  const updates = optimizer({
    parameters: state.parameters,
    gradient: concatenate(gradient(loss, parameters)),
    step: state.step,
    slot: (name) => {
      if (slots.some((other) => other.name === name)) {
        throw new Error(`optimizer: the slot '${name}' is taken; every slot needs its own name`);
      }
      const slot = leaf('state', name, [count]);
      slots.push(slot);
      return slot;
    },
  });

  const initial = declarations.map(({ name, shape, initializer }) => initializer(shape, stream(name)));
  const rows = Math.min(CHUNK_ROWS, Math.max(rowCount(train[0]), rowCount(val[0])));
  const evaluation = scopeOver(state.parameters, declarations);
  const chunkInput = leaf('input', 'input', [rows, model.inputs]);
  const chunkTarget = leaf('input', 'target', [rows, rowSize(train[1])]);
  const output = model.output(evaluation, chunkInput);
  const score: Chunked = {
    name: 'score',
    inputs: [chunkInput, chunkTarget],
    result: model.loss.rows(output, chunkTarget),
  };
  const predictInput = leaf('input', 'input', [rows, model.inputs]);
  const predict: Chunked = {
    name: 'predict',
    inputs: [predictInput],
    result: model.loss.predict(model.output(evaluation, predictInput)),
  };
  return {
    declarations,
    state,
    score,
    predict,
    programs: {
      initialize: { updates: [[state.parameters, concatenate(initial)]], outputs: [] },
      train: { updates: [...updates, [state.step, increment(state.step)]], outputs: [] },
      score: { updates: [], outputs: [score.result] },
      predict: { updates: [], outputs: [predict.result] },
    },
  };
}

/** Input and target of a training step: the whole set, as float32, or a minibatch drawn from it. */
function trainingBatch([input, target]: Split, stream: Stream, batchSize?: number): [Node, Node] {
  const rows = rowCount(input);
  const matrix = (name: string, tensor: Tensor): Node => dataLeaf(name, tensor.data, [rows, rowSize(tensor)]);
  if (batchSize === undefined) {
    const whole = (tensor: Tensor): Tensor => ({ ...tensor, data: Float32Array.from(tensor.data) });
    return [matrix('input', whole(input)), matrix('target', whole(target))];
  }
  const index = minibatch(stream, rows, batchSize);
  return [gather(matrix('input', input), index), gather(matrix('target', target), index)];
}
