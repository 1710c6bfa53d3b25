// The loop: runs training steps on the machine, looks at the losses at every pause, keeps the best
// parameters, and stops or comes back when asked to.

import { rowCount, rowSize, type Tensor } from './data/tensor.ts';
import { type Node, size } from './graph/node.ts';
import { Machine } from './machine/machine.ts';
import type { Model } from './models/model.ts';
import { type OptimizerConfiguration, optimizer } from './optimizers/configure.ts';
import type { Report } from './reports/report.ts';
import type { Criterion } from './stops/criterion.ts';
import { never } from './stops/index.ts';
import type { Info, Snapshot, Trainable, Watch } from './trainable.ts';
import {
  type Chunked,
  type ProgramName,
  stateZone,
  type TrainingPrograms,
  trainingPrograms,
} from './trainer/programs.ts';
import { checkColumns, checkSplit, type Split } from './trainer/split.ts';

export type { Split };

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
  readonly #programs: TrainingPrograms;
  readonly #stepsPerEpoch: number;
  readonly #checked = new WeakSet<Split>();
  #stepsPerSlice = 1;

  /** @throws when sizes, names or values of data, model and options do not fit together, or above 4 GiB */
  constructor(options: TrainerOptions) {
    const { model, data, seed, batchSize } = options;
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new Error(`Trainer: the seed must be a whole number from 0 to 2^53 - 1, got ${seed}`);
    }
    this.#options = options;
    for (const name of ['train', 'val'] as const) this.#check(name, data[name]);
    const rows = rowCount(data.train[0]);
    if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0 && batchSize <= rows)) {
      throw new Error(
        `Trainer: batchSize must be a whole number from 1 to the ${rows} training rows, got ${batchSize}`,
      );
    }
    this.#stepsPerEpoch = rows / (batchSize ?? rows);

    const [{ train, val }, update] = [data, optimizer(options.optimizer)];
    this.#programs = trainingPrograms(model, update, train, val, batchSize);
    const { state, programs, declarations } = this.#programs;
    this.#machine = new Machine(stateZone(state), programs);
    this.#machine.view(state.seed).set([(seed % 2 ** 32) | 0, Math.floor(seed / 2 ** 32)]);
    this.#machine.run('initialize');
    this.parameters = new Map(
      declarations.map(({ name, shape, offset }) => {
        const view = this.#flat(state.parameters).subarray(offset, offset + size(shape));
        return [name, Object.assign(view, { shape })];
      }),
    );
  }

  /** Parameter updates made. */
  get step(): number {
    return this.#machine.view(this.#programs.state.step)[0] ?? 0;
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
    this.#check('score', split);
    let total = 0;
    this.#feed(this.#programs.score, split, (losses) => {
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
    this.#feed(this.#programs.predict, [input], (outputs) => {
      data.set(outputs, at);
      at += outputs.length;
    });
    return { data, shape: [rowCount(input), model.outputs] };
  }

  async withBest<T>(use: () => T | Promise<T>): Promise<T> {
    if (this.bestLoss === Number.POSITIVE_INFINITY) return use();
    const parameters = this.#flat(this.#programs.state.parameters);
    const last = parameters.slice();
    parameters.set(this.#flat(this.#programs.state.best));
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
    for (const { name, type, shape } of tensors) {
      const given = snapshot.get(name);
      if (given?.shape.join() !== shape.join()) {
        const got = given ? `[${given.shape.join(', ')}]` : 'nothing';
        throw new Error(`restore: the snapshot does not fit: ${name} must be [${shape.join(', ')}], got ${got}`);
      }
      if (!(given.data instanceof (type === 'i32' ? Int32Array : Float32Array))) {
        throw new Error(`restore: the snapshot does not fit: ${name} must be ${type}`);
      }
    }
    const unknown = [...snapshot.keys()].find((name) => !tensors.some((tensor) => tensor.name === name));
    if (unknown !== undefined) throw new Error(`restore: the snapshot does not fit: '${unknown}' is not known here`);
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
    const isAtLook = newest !== undefined && newest.step === this.step;
    this.diverged = isAtLook && !Number.isFinite(newest.trainLoss);
    this.stopped = isAtLook && this.#isOver(newest);
  }

  /** Checks a split against the model and the training data; the same a second time need not be. */
  #check(where: string, split: Split): void {
    if (this.#checked.has(split)) return;
    const { model, data } = this.#options;
    checkSplit(where, split, model);
    const [got, expected] = [rowSize(split[1]), rowSize(data.train[1])];
    if (got !== expected) {
      throw new Error(`${where}: the target must have ${expected} columns, as that of the training data, got ${got}`);
    }
    this.#checked.add(split);
  }

  /** A look at the losses: keeps the best parameters, adds to the log, shows it, and decides whether to go on. */
  #look(watch: Watch): void {
    const { data, report } = this.#options;
    const trainLoss = this.score(data.train);
    const valLoss = this.score(data.val);
    if (valLoss < this.bestLoss) {
      this.bestLoss = valLoss;
      this.#flat(this.#programs.state.best).set(this.#flat(this.#programs.state.parameters));
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

  /** Every tensor of the state zone by name, in the order of its memory; `offset` in bytes. */
  #tensors() {
    const { state, declarations } = this.#programs;
    let end = 0;
    return stateZone(state).flatMap((node) => {
      const { type, name = '' } = node;
      const start = end;
      end += 4 * size(node.shape);
      if (node === state.seed || node === state.step) return [{ name, type, shape: node.shape, offset: start }];
      const prefix = node === state.parameters ? '' : `${name}.`;
      return declarations.map(({ name, shape, offset }) => ({
        name: prefix + name,
        type,
        shape,
        offset: start + 4 * offset,
      }));
    });
  }
}

/** Lets the event loop turn: a resolved promise alone would not let signals through. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (globalThis.setImmediate) globalThis.setImmediate(resolve);
    else setTimeout(resolve);
  });
}
