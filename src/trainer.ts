// The loop: runs training steps on the machine, looks at the losses at every pause, keeps the best
// parameters, and stops or comes back when asked to.

import { rowCount, rowSize, type Tensor } from './data/tensor.ts';
import { gradient } from './graph/gradient.ts';
import { constant, data as dataNode, leaf, type Node, size } from './graph/node.ts';
import {
  concatenate,
  gather,
  increment,
  minibatch,
  multiply,
  reshape,
  type Stream,
  slice,
  sum,
} from './graph/ops/index.ts';
import type { Program } from './graph/program.ts';
import { type Declaration, declare, scopeOver } from './layers/scope.ts';
import { Machine } from './machine/machine.ts';
import type { Model } from './models/model.ts';
import { type OptimizerConfiguration, optimizer } from './optimizers/configure.ts';
import type { Report } from './reports/report.ts';
import type { Criterion } from './stops/criterion.ts';
import { never } from './stops/index.ts';
import type { Info, Snapshot, Trainable, Watch } from './trainable.ts';

/** Inputs[n, …] and their targets[n, …], or classes [n]. */
export type Split = readonly [input: Tensor, target: Tensor];

export interface TrainerData {
  readonly train: Split;
  readonly val: Split;
}

export interface TrainerOptions {
  readonly model: Model;
  readonly data: TrainerData;
  /** A whole number from 0 to 2⁵³ − 1; all randomness comes from it. */
  readonly seed: number;
  readonly optimizer: OptimizerConfiguration;
  /** Samples per step; absent: the whole training set. */
  readonly batchSize?: number;
  /** When training is over for good; asked at every pause. */
  readonly stop: Criterion;
  /** When to look at the losses. */
  readonly pause: Criterion;
  /** When to come back unfinished; asked between slices of about 20 ms. Default: never. */
  readonly interrupt?: Criterion;
  /** Shows the info of every pause. Default: nothing. */
  readonly report?: Report;
}

/** Work between two turns of the event loop: signals and timers are heard that often. */
const SLICE_MILLISECONDS = 20;

/** Rows that are scored or predicted at a time, at the most. */
const CHUNK_ROWS = 256;

type ProgramName = 'initialize' | 'train' | 'score' | 'predict';

/** A program that is fed a chunk of rows at a time. */
interface Chunked {
  readonly name: 'score' | 'predict';
  readonly inputs: readonly Node[];
  readonly result: Node;
}

export class Trainer implements Trainable {
  readonly log: Info[] = [];
  stopped = false;
  diverged = false;
  bestLoss = Number.POSITIVE_INFINITY;
  /** Time spent training, all continuations together; the log does not have it. */
  seconds = 0;
  /** Parameters by name; writing into a view sets the parameter. */
  readonly parameters: ReadonlyMap<string, Float32Array & { readonly shape: readonly number[] }>;
  readonly #options: TrainerOptions;
  readonly #machine: Machine<ProgramName>;
  readonly #declarations: readonly Declaration[];
  readonly #state: { readonly seed: Node; readonly step: Node; readonly parameters: Node; readonly best: Node };
  readonly #slots: ReadonlyMap<string, Node>;
  readonly #score: Chunked;
  readonly #predict: Chunked;
  readonly #stepsPerEpoch: number;
  readonly #checked = new WeakSet<Split>();
  #stepsPerSlice = 1;

  /** @throws when sizes, names or values of data, model and options do not fit together, or above 4 GiB */
  constructor(options: TrainerOptions) {
    const { model, data, seed, batchSize } = options;
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new Error(`Trainer: the seed must be a whole number from 0 to 2^53 - 1, got ${seed}`);
    }
    const rows = rowCount(data.train[0]);
    if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0 && batchSize <= rows)) {
      throw new Error(
        `Trainer: batchSize must be a whole number from 1 to the ${rows} training rows, got ${batchSize}`,
      );
    }
    for (const name of ['train', 'val'] as const) {
      checkSplit(name, data[name], model);
      this.#checked.add(data[name]);
    }
    this.#options = options;
    this.#stepsPerEpoch = rows / (batchSize ?? rows);

    // What is declared does not depend on the number of rows.
    this.#declarations = declare(
      (scope) => model.output(scope, leaf('input', 'input', [1, model.inputs])),
      (shape) => leaf('state', 'parameter', shape),
    );
    const count = this.#declarations.reduce((total, { shape }) => total + size(shape), 0);
    const state = {
      seed: leaf('state', 'seed', [2], 'i32'),
      step: leaf('state', 'step', [], 'i32'),
      parameters: leaf('state', 'parameters', [count]),
      best: leaf('state', 'best', [count]),
    };
    this.#state = state;
    const stream = (name: string): Stream => ({ seed: state.seed, step: state.step, name });

    const slots = new Map<string, Node>();
    this.#slots = slots;
    const slot = (name: string): Node => {
      if (slots.has(name)) throw new Error(`optimizer: the slot '${name}' is taken; every slot needs its own name`);
      const node = leaf('state', name, [count]);
      slots.set(name, node);
      return node;
    };

    const [input, target] = this.#trainingBatch(stream('minibatch'));
    const scope = scopeOver(state.parameters, this.#declarations, stream);
    const losses = model.loss.rows(model.output(scope, input), target);
    const loss = multiply(sum(losses), 1 / size(losses.shape));
    const parameters = this.#declarations.map(({ name, shape, initializer }) =>
      scope.parameter(name, shape, initializer),
    );
    const updates = optimizer(options.optimizer)({
      parameters: state.parameters,
      gradient: concatenate(gradient(loss, parameters)),
      step: state.step,
      slot,
    });

    const initial = this.#declarations.map(({ name, shape, initializer }) => initializer(shape, stream(name)));
    const chunk = Math.min(CHUNK_ROWS, Math.max(rows, rowCount(data.val[0])));
    this.#score = this.#chunked('score', chunk);
    this.#predict = this.#chunked('predict', chunk);
    const programs: Record<ProgramName, Program> = {
      initialize: { updates: [[state.parameters, concatenate(initial)]], outputs: [] },
      train: { updates: [...updates, [state.step, increment(state.step)]], outputs: [] },
      score: { updates: [], outputs: [this.#score.result] },
      predict: { updates: [], outputs: [this.#predict.result] },
    };
    this.#machine = new Machine([state.seed, state.step, state.parameters, ...slots.values(), state.best], programs);
    this.#machine.view(state.seed).set([(seed % 2 ** 32) | 0, Math.floor(seed / 2 ** 32)]);
    this.#machine.run('initialize');
    this.parameters = new Map(
      this.#declarations.map(({ name, shape, offset }) => {
        const view = this.#flat(state.parameters).subarray(offset, offset + size(shape));
        return [name, Object.assign(view, { shape })];
      }),
    );
  }

  /** Parameter updates made. */
  get step(): number {
    return this.#machine.view(this.#state.step)[0] ?? 0;
  }

  /** Bytes of memory that training takes, all in all. */
  get bytes(): number {
    return this.#machine.bytes;
  }

  /** What is computed, one line per instruction. */
  get program(): string {
    const names: readonly ProgramName[] = ['initialize', 'train', 'score', 'predict'];
    return names.map((name) => [`${name}:`, ...this.#machine.listing(name)].join('\n  ')).join('\n');
  }

  async fit(watch: Watch = {}): Promise<void> {
    const { pause, interrupt = never } = this.#options;
    let turnAt = performance.now() + SLICE_MILLISECONDS;
    while (!this.stopped) {
      const goal = pause.next?.(this.step, this.#stepsPerEpoch) ?? this.step + 1;
      const started = performance.now();
      const steps = Math.max(1, Math.min(goal - this.step, this.#stepsPerSlice));
      this.#machine.run('train', steps);
      const elapsed = performance.now() - started;
      this.seconds += elapsed / 1000;
      if (elapsed > 2 * SLICE_MILLISECONDS || (steps === this.#stepsPerSlice && elapsed < SLICE_MILLISECONDS / 2)) {
        this.#stepsPerSlice = Math.max(1, Math.floor((steps * SLICE_MILLISECONDS) / Math.max(elapsed, 0.01)));
      }
      if (this.step >= goal && (pause.next || pause(this.#progress(), this.log))) this.#look(watch);
      if (performance.now() < turnAt) continue;
      await turn();
      turnAt = performance.now() + SLICE_MILLISECONDS;
      if (this.stopped) return;
      const isAsked = await watch.between?.();
      if (interrupt(this.#progress(), this.log) || isAsked) return;
    }
  }

  /** Loss on a split, of any number of rows: the mean over samples of the sum over outputs. */
  score(split: Split): number {
    // The values of the same data need no second check at every pause.
    if (!this.#checked.has(split)) checkSplit('score', split, this.#options.model);
    this.#checked.add(split);
    let total = 0;
    this.#feed(this.#score, split, (losses) => {
      for (const loss of losses) total += loss;
    });
    return total / rowCount(split[0]);
  }

  /** Predictions [n, outputs] for input[n, …]: probabilities where the loss works on logits. */
  predict(input: Tensor): Tensor<Float32Array> {
    const { model } = this.#options;
    checkColumns('predict', 'the input', rowSize(input), model.inputs);
    const data = new Float32Array(rowCount(input) * model.outputs);
    let at = 0;
    this.#feed(this.#predict, [input], (outputs) => {
      data.set(outputs, at);
      at += outputs.length;
    });
    return { data, shape: [rowCount(input), model.outputs] };
  }

  async withBest<T>(use: () => T | Promise<T>): Promise<T> {
    if (this.bestLoss === Number.POSITIVE_INFINITY) return use();
    const parameters = this.#flat(this.#state.parameters);
    const last = parameters.slice();
    parameters.set(this.#flat(this.#state.best));
    try {
      return await use();
    } finally {
      parameters.set(last);
    }
  }

  snapshot(): Snapshot {
    const { state } = this.#machine;
    const bytes = state.slice();
    return new Map(
      this.#tensors().map(({ name, type, shape, offset }) => {
        const View = type === 'i32' ? Int32Array : Float32Array;
        return [name, { data: new View(bytes.buffer, offset, size(shape)), shape }];
      }),
    );
  }

  /** @throws when the snapshot is not one of the same model and optimizer */
  restore(snapshot: Snapshot, log: readonly Info[]): void {
    const tensors = this.#tensors();
    for (const { name, shape } of tensors) {
      const given = snapshot.get(name);
      if (given?.shape.join() !== shape.join()) {
        const got = given ? `[${given.shape.join(', ')}]` : 'nothing';
        throw new Error(`restore: the snapshot does not fit: ${name} must be [${shape.join(', ')}], got ${got}`);
      }
    }
    for (const { name, offset } of tensors) {
      const given = snapshot.get(name);
      if (!given) continue;
      const { buffer, byteOffset, byteLength } = given.data;
      this.#machine.state.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    }
    this.log.splice(0, this.log.length, ...log);
    this.bestLoss = Math.min(Number.POSITIVE_INFINITY, ...log.map((info) => info.bestLoss));
    const newest = log.at(-1);
    // The snapshot may have been taken after the last look, before it was said that training is over.
    this.stopped = newest !== undefined && newest.step === this.step && this.#isOver(newest);
  }

  /** A look at the losses: keeps the best parameters, adds to the log, shows it, and decides whether to go on. */
  #look(watch: Watch): void {
    const { data, report } = this.#options;
    const trainLoss = this.score(data.train);
    const valLoss = this.score(data.val);
    if (valLoss < this.bestLoss) {
      this.bestLoss = valLoss;
      this.#flat(this.#state.best).set(this.#flat(this.#state.parameters));
    }
    const { seconds, ...progress } = this.#progress();
    const info = { ...progress, trainLoss, valLoss, bestLoss: this.bestLoss };
    this.log.push(info);
    watch.logged?.(info);
    report?.({ ...info, seconds });
    this.diverged = !Number.isFinite(trainLoss);
    this.stopped = this.#isOver(info);
  }

  #isOver(info: Info): boolean {
    const isStopped = this.#options.stop({ ...info, seconds: this.seconds }, this.log);
    return isStopped || this.diverged;
  }

  #progress() {
    const { step, seconds, bestLoss } = this;
    return { step, epoch: step / this.#stepsPerEpoch, seconds, bestLoss };
  }

  /** Input and target of a training step. */
  #trainingBatch(stream: Stream): [Node, Node] {
    const { data, batchSize } = this.#options;
    const rows = rowCount(data.train[0]);
    if (batchSize === undefined) {
      const whole = (name: string, tensor: Tensor): Node =>
        dataNode(name, Float32Array.from(tensor.data), [rows, rowSize(tensor)]);
      return [whole('input', data.train[0]), whole('target', data.train[1])];
    }
    const index = minibatch(stream, rows, batchSize);
    const drawn = (name: string, tensor: Tensor): Node =>
      gather(dataNode(name, tensor.data, [rows, rowSize(tensor)]), index);
    return [drawn('input', data.train[0]), drawn('target', data.train[1])];
  }

  /** A program over `rows` rows at a time, which are written into its input leaves before it is run. */
  #chunked(name: 'score' | 'predict', rows: number): Chunked {
    const { model, data } = this.#options;
    const scope = scopeOver(this.#state.parameters, this.#declarations);
    const input = leaf('input', 'input', [rows, model.inputs]);
    const output = model.output(scope, input);
    if (name === 'predict') return { name, inputs: [input], result: model.loss.predict(output) };
    const target = leaf('input', 'target', [rows, rowSize(data.train[1])]);
    return { name, inputs: [input, target], result: model.loss.rows(output, target) };
  }

  /** Runs a program over tensors of equally many rows, chunk by chunk, and hands over the result of each. */
  #feed({ name, inputs, result }: Chunked, tensors: readonly Tensor[], use: (result: Float32Array) => void): void {
    const chunk = inputs[0]?.shape[0] ?? 0;
    const rows = tensors[0] ? rowCount(tensors[0]) : 0;
    const perRow = size(result.shape) / chunk;
    for (let from = 0; from < rows; from += chunk) {
      const to = Math.min(rows, from + chunk);
      for (const [i, tensor] of tensors.entries()) {
        const node = inputs[i];
        const width = rowSize(tensor);
        if (node) this.#machine.view(node).set(tensor.data.subarray(from * width, to * width));
      }
      this.#machine.run(name);
      use(this.#flat(result).subarray(0, (to - from) * perRow));
    }
  }

  #flat(node: Node): Float32Array<ArrayBuffer> {
    const view = this.#machine.view(node);
    if (!(view instanceof Float32Array)) throw new Error(`Trainer: ${node.name ?? node.op} is not float32`);
    return view;
  }

  /** Every tensor of the state zone, in the order of its memory; `offset` in bytes. */
  #tensors() {
    const { seed, step, parameters, best } = this.#state;
    let end = 0;
    const flat = (node: Node, prefix: string) => {
      const start = end;
      end += 4 * size(node.shape);
      return this.#declarations.map(({ name, shape, offset }) => ({
        name: prefix + name,
        type: node.type,
        shape,
        offset: start + 4 * offset,
      }));
    };
    const single = (node: Node) => {
      const offset = end;
      end += 4 * size(node.shape);
      return [{ name: node.name ?? node.op, type: node.type, shape: node.shape, offset }];
    };
    return [
      ...single(seed),
      ...single(step),
      ...flat(parameters, ''),
      ...[...this.#slots].flatMap(([name, node]) => flat(node, `${name}.`)),
      ...flat(best, 'best.'),
    ];
  }
}

/** Lets the event loop turn: a resolved promise alone would not let signals through. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (globalThis.setImmediate) globalThis.setImmediate(resolve);
    else setTimeout(resolve);
  });
}

function checkColumns(where: string, what: string, got: number, expected: number): void {
  if (got !== expected) {
    throw new Error(`${where}: ${what} must have ${expected} columns, as the model says, got ${got}`);
  }
}

function checkSplit(where: string, split: Split, { inputs, outputs, loss }: Model): void {
  const [input, target] = split;
  if (!(input?.data && target?.data)) {
    throw new Error(`${where}: expected a pair of tensors, [input, target]; make them with tensor(…)`);
  }
  if (rowCount(input) === 0) throw new Error(`${where}: there are no rows`);
  if (rowCount(input) !== rowCount(target)) {
    throw new Error(`${where}: input and target differ in rows, ${rowCount(input)} and ${rowCount(target)}`);
  }
  checkColumns(where, 'the input', rowSize(input), inputs);
  const isClasses = loss.acceptsClasses && rowSize(target) === 1;
  if (!isClasses) checkColumns(where, 'the target', rowSize(target), outputs);
  const complaint = loss.complaint?.(target, outputs);
  if (complaint) throw new Error(`${where}: ${complaint}`);
}
