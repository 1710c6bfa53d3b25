// The loop: runs training steps on the machine, looks at the losses at every pause, keeps the best
// parameters, and stops or comes back when asked to.

import { rowCount, type Tensor } from './data/tensor.ts';
import { kindOf } from './errors.ts';
import { size } from './graph/node.ts';
import { Machine } from './machine/machine.ts';
import { bytesNeeded } from './machine/need.ts';
import { optimizer } from './optimizers/configure.ts';
import type { Driver } from './optimizers/optimizer.ts';
import { never } from './stops/index.ts';
import type { Info, Snapshot, Trainable, Watch } from './trainable.ts';
import { inChunks } from './trainer/chunks.ts';
import { checkOptions, logName, type TrainerData, type TrainerOptions } from './trainer/options.ts';
import { Predictor } from './trainer/prediction.ts';
import {
  type Chunked,
  type PredictionGraph,
  type ProgramName,
  type TrainingPrograms,
  trainingPrograms,
} from './trainer/programs.ts';
import { putSnapshot, stateTensors, takeSnapshot } from './trainer/snapshot.ts';
import { checkIndices, checkLikeTraining, checkSplit, type Split } from './trainer/split.ts';
import { Turns } from './trainer/turns.ts';

export type { Split, TrainerData, TrainerOptions };

/** Work between two turns of the event loop: signals and timers are heard that often. */
const SLICE_MILLISECONDS = 20;

/** The step counter is an int32. */
const LARGEST_STEP = 0x7fff_ffff;

/**
 * Trains a model: steps on the machine, a look at the losses at every pause, until `stop` holds for good or `interrupt`
 * asks to come back. The same options and data give the same bytes everywhere.
 */
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
  readonly #predictor: Predictor;
  readonly #tensors: ReturnType<typeof stateTensors>;
  readonly #stepsPerEpoch: number;
  readonly #turns = new Turns(SLICE_MILLISECONDS);
  /** A part of a step, where the optimizer has a course of its own. */
  readonly #advance: (() => void) | undefined;
  /** Steps, or parts of steps. */
  #stepsPerSlice = 1;
  /** Whether the event loop has just turned. */
  #hasTurned = false;
  /** Spent, and made, before `fit` was called. */
  #secondsBefore = 0;
  #stepsBefore = 0;
  /** Whether `fit` has made a step since it was called. */
  #hasTrained = false;

  /** @throws when sizes, names or values of data, model and options do not fit together, or above 4 GiB */
  constructor(options: TrainerOptions) {
    checkOptions(options);
    const { model, data, seed, batchSize, threads = 1 } = options;
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

    this.#programs = trainingPrograms(model, optimizer(options.optimizer), data.train, batchSize);
    for (const score of Object.values(options.scores ?? {})) if (typeof score === 'string') this.#scored(score);
    const { state, programs, declarations, method } = this.#programs;
    for (const name of ['train', 'val'] as const) this.#checkIndices(name, data[name]);
    this.#machine = new Machine(
      state.sections.map(({ node }) => node),
      programs,
      { threads },
    );
    this.#predictor = new Predictor(this.#machine, this.#programs, model.fields, data.train);
    this.#tensors = stateTensors(this.#machine, state.sections);
    this.#machine.view(state.seed).set([(seed % 2 ** 32) | 0, Math.floor(seed / 2 ** 32)]);
    this.#machine.run('initialize');
    this.parameters = new Map(
      declarations.parameters.map(({ name, shape, offset }) => {
        const view = this.#machine.floats(state.parameters).subarray(offset, offset + size(shape));
        return [name, Object.assign(view, { shape })];
      }),
    );
    const { advance } = method;
    const driver: Driver = {
      run: (program) => this.#machine.run(`optimizer ${program}`),
      endStep: () => this.#machine.run('train'),
      values: (slot) => this.#machine.floats(slot),
    };
    if (advance) this.#advance = () => advance(driver);
  }

  /**
   * Bytes of memory that a trainer with these options will take: parameters, what the optimizer remembers, training data and
   * everything in between. Nothing is allocated; beyond 4 GiB a trainer is refused.
   */
  static bytesNeeded({
    model,
    data,
    optimizer: update,
    batchSize,
    threads = 1,
  }: Pick<TrainerOptions, 'model' | 'data' | 'optimizer' | 'batchSize' | 'threads'>): number {
    checkSplit('train', data.train, model.fields);
    const { state, programs } = trainingPrograms(model, optimizer(update), data.train, batchSize);
    return bytesNeeded(
      state.sections.map(({ node }) => node),
      programs,
      threads,
    );
  }

  /** Parameter updates made. */
  get step(): number {
    return this.#machine.view(this.#programs.state.step)[0] ?? 0;
  }

  /** The step from which on `stop` holds, if it says so; it is asked at pauses. */
  get latestStep(): number | undefined {
    return this.#options.stop.latest?.(this.#stepsPerEpoch);
  }

  /** Whether all parameters are finite numbers. A look at the losses is what says that training has diverged. */
  get isFinite(): boolean {
    return this.#machine.floats(this.#programs.state.parameters).every(Number.isFinite);
  }

  /** Bytes of memory that training takes, all in all. */
  get bytes(): number {
    return this.#machine.bytes;
  }

  /** What is computed, one line per operation; indented where it is one pass over memory with the line above. */
  get program(): string {
    const names = Object.keys(this.#programs.programs) as ProgramName[];
    return names.map((name) => [`${name}:`, ...this.#machine.listing(name)].join('\n  ')).join('\n');
  }

  /** What `predict` computes, with the parameters that are switched in. */
  get prediction(): PredictionGraph {
    return {
      build: (samples) => this.#programs.predictionOf(samples).results,
      valuesOf: (leaf) => this.#machine.floats(leaf),
    };
  }

  /**
   * Trains until it is stopped for good, `interrupt` holds or `watch.between` asks to come back; then `fit` goes on where
   * it was.
   *
   * @throws beyond 2³¹ − 1 steps
   */
  async fit(watch: Watch = {}): Promise<void> {
    this.#secondsBefore = this.seconds;
    this.#stepsBefore = this.step;
    this.#hasTrained = false;
    while (!this.stopped) {
      // A look may be owed from before.
      if (!this.#isLookDue()) this.#train(watch);
      const isLook = this.#isLookDue();
      if (isLook && (!(await this.#look(watch)) || this.stopped)) return;
      const isWatchAsking = await this.#takeTurn(watch);
      if (this.#interrupts(isLook) || isWatchAsking) return;
    }
  }

  /** Makes steps for a slice of time, up to the next one at which something is to be decided. */
  #train(watch: Watch): void {
    const { pause, interrupt = never } = this.#options;
    const nextPause = pause.next?.(this.step, this.#stepsPerEpoch) ?? this.step + 1;
    const nextInterrupt = interrupt.next?.(this.step, this.#stepsPerEpoch) ?? Number.POSITIVE_INFINITY;
    const nextWatch = watch.next?.(this.step) ?? Number.POSITIVE_INFINITY;
    const goal = Math.min(nextPause, nextInterrupt, nextWatch);
    const started = performance.now();
    const steps = Math.max(1, Math.min(goal - this.step, this.#stepsPerSlice));
    if (this.step + steps > LARGEST_STEP) {
      throw new Error(`Trainer: at most ${LARGEST_STEP} steps can be made; use larger batches or stop earlier`);
    }
    if (this.#advance) for (let part = 0; part < steps && this.step < goal; part++) this.#advance();
    else this.#machine.run('train', steps);
    this.#hasTrained = true;
    const elapsed = performance.now() - started;
    this.seconds += elapsed / 1000;
    if (elapsed > 2 * SLICE_MILLISECONDS || (steps === this.#stepsPerSlice && elapsed < SLICE_MILLISECONDS / 2)) {
      this.#stepsPerSlice = Math.max(1, Math.floor((steps * SLICE_MILLISECONDS) / Math.max(elapsed, 0.01)));
    }
  }

  /** Whether the losses are to be looked at now, and have not been yet. */
  #isLookDue(): boolean {
    const { pause } = this.#options;
    if (this.step === 0 || this.log.at(-1)?.step === this.step) return false;
    if (pause.next) return pause.next(this.step - 1, this.#stepsPerEpoch) === this.step;
    return pause(this.#progress(), this.log);
  }

  /** Where it is time lets the event loop turn, and then, or at the step that it waits for, asks the watch whether to come back. */
  async #takeTurn(watch: Watch): Promise<boolean> {
    this.#hasTurned = this.#turns.isDue;
    if (this.#hasTurned) await this.#turns.turn();
    else if (watch.next?.(this.step - 1) !== this.step) return false;
    return (await watch.between?.()) ?? false;
  }

  /** Whether `interrupt` asks to come back, where it is its turn. */
  #interrupts(hasLooked: boolean): boolean {
    const { interrupt = never } = this.#options;
    // A part of a step may have brought `fit` no further than to where it was called.
    const isDue = interrupt.next
      ? this.step > this.#stepsBefore && interrupt.next(this.step - 1, this.#stepsPerEpoch) === this.step
      : this.#hasTurned || hasLooked;
    const seconds = this.seconds - this.#secondsBefore;
    return isDue && interrupt({ ...(this.log.at(-1) ?? unknownLosses), ...this.#progress(), seconds }, this.log);
  }

  /**
   * The loss on a split of any number of rows, or another score that the model has: the mean over samples, or over time
   * steps, weighted where the split has weights. Or what one of `scores` gives.
   *
   * @throws when there is no score of that name
   */
  score(split: Split, name = 'loss'): number {
    this.#check('score', split);
    this.#checkIndices('score', split);
    const { scores = {} } = this.#options;
    const score = (Object.hasOwn(scores, name) ? scores[name] : undefined) ?? name;
    if (typeof score === 'string') return finish(this.#mean(split, score));
    const [input, target = input, weight] = split;
    return checkedScore(name, score(this.predict(split), target, weight));
  }

  /**
   * Predictions [n, …]: probabilities where the loss works on logits.
   *
   * @param given the input[n, …]; or a split, of which the target is not looked at, where the prediction depends on more
   */
  predict(given: Tensor | Split): Tensor<Float32Array> {
    return finish(this.#predictor.predict(this.#predictor.checked(given)));
  }

  /** Runs `use` with the parameters of the smallest validation loss so far, and switches the last ones back in. */
  async withBest<T>(use: () => T | Promise<T>): Promise<T> {
    if (this.bestLoss === Number.POSITIVE_INFINITY) return use();
    const { state, evaluated } = this.#programs;
    const best = this.#machine.floats(state.best);
    const memories = [state.parameters, evaluated, state.buffers].map((node) => this.#machine.floats(node));
    const last = memories.map((memory) => memory.slice());
    for (const memory of memories.slice(0, 2)) memory.set(best.subarray(0, memory.length));
    memories[2]?.set(best.subarray(size(state.parameters.shape)));
    try {
      return await use();
    } finally {
      for (const [i, memory] of memories.entries()) memory.set(last[i] ?? []);
    }
  }

  /**
   * A copy of everything that training changes, by name: parameters, what the optimizer remembers, seed, step, best.
   *
   * @param previous a snapshot of this trainer that is not needed any more; its memory is used again, which is quicker
   */
  snapshot(previous?: Snapshot): Snapshot {
    return takeSnapshot(this.#machine, this.#tensors, previous);
  }

  /**
   * Takes up a snapshot, and the log as it was then.
   *
   * @throws when the snapshot is not one of the same model and optimizer; then nothing has changed
   */
  restore(snapshot: Snapshot, log: readonly Info[]): void {
    putSnapshot(this.#machine, this.#tensors, snapshot);
    this.log.length = 0;
    for (const info of log) this.log.push(info);
    const newest = log.at(-1);
    this.bestLoss = newest?.bestLoss ?? Number.POSITIVE_INFINITY;
    // The snapshot may have been taken after the last look, before it was said that training is over.
    const isAtLook = newest !== undefined && newest.step === this.step;
    this.diverged = isAtLook && !Number.isFinite(newest.trainLoss);
    this.stopped = isAtLook && this.#isOver(newest);
  }

  /** Checks a split against the model and the training data; its values may be others than before. */
  #check(where: string, split: Split): void {
    const { model, data } = this.#options;
    checkSplit(where, split, model.fields);
    checkLikeTraining(where, split, data.train, model.fields);
  }

  #checkIndices(where: string, split: Split): void {
    for (const [i, { name }] of this.#options.model.fields.entries()) {
      checkIndices(where, split[i], this.#programs.limits.get(i), name);
    }
  }

  /** The program of a score. */
  #scored(name: string): Chunked {
    const { scores } = this.#programs;
    const found = scores.get(name);
    if (!found) throw new Error(`score: the model has no score '${name}'; it has ${[...scores.keys()].join(', ')}`);
    return found;
  }

  /**
   * A look at the losses: keeps the best parameters, adds to the log, shows it, and decides whether to go on. Gives it up
   * when the watch asks to come back meanwhile, and is false then: everything is as it was, and training is continued with the
   * look. A look that `fit` began with is not given up, so that every call gets further.
   */
  async #look(watch: Watch): Promise<boolean> {
    const measuring = this.#measure();
    let measured = measuring.next();
    for (; !measured.done; measured = measuring.next()) {
      if ((await this.#takeTurn(watch)) && this.#hasTrained) return false;
    }
    const { trainLoss, valLoss, ...others } = measured.value;
    if (valLoss < this.bestLoss) {
      this.bestLoss = valLoss;
      this.#keepBest();
    }
    const { seconds, ...progress } = this.#progress();
    const info = { ...progress, trainLoss, valLoss, bestLoss: this.bestLoss, ...others };
    this.log.push(info);
    watch.logged?.(info);
    this.#options.report?.({ ...info, seconds });
    this.diverged = !Number.isFinite(trainLoss);
    this.stopped = this.#isOver(info);
    return true;
  }

  #keepBest(): void {
    const { state, evaluated } = this.#programs;
    const best = this.#machine.floats(state.best);
    best.set(this.#machine.floats(evaluated));
    best.set(this.#machine.floats(state.buffers), size(state.parameters.shape));
  }

  /** Losses and scores as the log has them: `trainLoss`, `valLoss`, `trainAccuracy`, … Yields after every chunk of rows. */
  *#measure(): Generator<void, { trainLoss: number; valLoss: number; [score: string]: number }> {
    const { data, scores = {} } = this.#options;
    const trainLoss = yield* this.#mean(data.train, 'loss');
    const valLoss = yield* this.#mean(data.val, 'loss');
    const found: Record<string, number> = {};
    for (const split of ['train', 'val'] as const) {
      const isNeeded = Object.values(scores).some((score) => typeof score === 'function');
      const prediction = isNeeded ? yield* this.#predictor.predict(data[split]) : undefined;
      const [input, target = input, weight] = data[split];
      for (const [name, score] of Object.entries(scores)) {
        const key = logName(split, name);
        if (typeof score === 'string') found[key] = yield* this.#mean(data[split], score);
        else if (prediction) found[key] = checkedScore(name, score(prediction, target, weight));
      }
    }
    return { trainLoss, valLoss, ...found };
  }

  /** A score of a split. Yields after every chunk of rows. */
  *#mean(split: Split, name: string): Generator<void, number> {
    const mean = new Mean();
    for (const [values, weights] of inChunks(this.#machine, this.#scored(name), split)) {
      mean.add(values, weights);
      yield;
    }
    return mean.value;
  }

  #isOver(info: Info): boolean {
    const isStopped = this.#options.stop({ ...info, seconds: this.seconds }, this.log);
    return isStopped || this.diverged;
  }

  #progress() {
    const { step, seconds, bestLoss } = this;
    return { step, epoch: step / this.#stepsPerEpoch, seconds, bestLoss };
  }
}

/** Lets a generator come to its end; gives what it returns. */
function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

function checkedScore(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error(`scores.${name}: must give a number, got ${kindOf(value)}`);
}

/** What is known of the losses before the first pause. */
const unknownLosses = { trainLoss: Number.POSITIVE_INFINITY, valLoss: Number.POSITIVE_INFINITY };

/**
 * Σ values / Σ weights, in double precision, one after the other: how rows are cut into chunks makes no difference.
 * Without weights each value counts 1.
 */
class Mean {
  #total = 0;
  #weight = 0;

  add(values: Float32Array = new Float32Array(), weights?: Float32Array): void {
    this.#total = values.reduce((sum, value) => sum + value, this.#total);
    this.#weight = weights?.reduce((sum, value) => sum + value, this.#weight) ?? this.#weight + values.length;
  }

  get value(): number {
    return this.#total / this.#weight;
  }
}
