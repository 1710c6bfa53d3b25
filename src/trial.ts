// Runs one configuration: from its newest checkpoint or from the beginning, until it is finished or asked to come
// back, with checkpoints and reports on the way. Knows no file system and no process.

import { LockError, UserError } from './errors.ts';
import type { Experiment, RunContext, Splits } from './experiment.ts';
import { toLiteral } from './literal.ts';
import type { CheckpointMetadata } from './storage/checkpoint.ts';
import { stringify } from './storage/json.ts';
import type { Checkpoint, TrialStorage } from './storage/storage.ts';
import type { Info, Trainable } from './trainable.ts';

/** Checkpoints may cost this part of the time by default. */
const CHECKPOINT_SHARE = 0.03;
const LEAST_CHECKPOINT_MILLISECONDS = 10_000;

export interface TrialOptions {
  readonly experiment: Experiment;
  readonly pars: unknown;
  readonly storage: TrialStorage;
  readonly context: RunContext;
  /** Versions that a checkpoint must share. */
  readonly alchemie: string;
  readonly wasm: string;
  /** Identifies the text of a program. */
  readonly hash: (text: string) => string;
  /** Whether training has been asked to come back. */
  readonly isInterrupted: () => boolean;
  /** Time between two checkpoints; default: such that they cost at most 3 % of the time, and at least 10 s. */
  readonly checkpointMilliseconds?: number;
  /** Continue although pars, module or core are not those of the checkpoint. */
  readonly acceptChanged?: boolean;
  /** Seconds spent by earlier runs. */
  readonly secondsBefore?: number;
}

export interface Outcome {
  readonly state: 'finished' | 'interrupted' | 'diverged';
  readonly fromStep: number;
  readonly step: number;
  readonly bestLoss: number;
  /** Spent training, all runs together. */
  readonly seconds: number;
  /** What `makeReport` gave. */
  readonly report: unknown;
}

export async function runTrial(options: TrialOptions): Promise<Outcome> {
  const { experiment, pars, storage, context, isInterrupted } = options;
  await storage.acquire();
  await storage.sweep();
  const { checkpoint, setAside } = await storage.newestCheckpoint();
  for (const { name, reason } of setAside) context.notice(`${reason}; set aside as ${name}`);

  const { data, trainer } = await prepare(experiment, pars, context);
  const secondsBefore = options.secondsBefore ?? 0;
  const keepsTime = trainer.seconds !== undefined;
  if (keepsTime) trainer.seconds = secondsBefore;

  const identity = {
    alchemie: options.alchemie,
    wasm: options.wasm,
    program: options.hash(trainer.program ?? ''),
    pars: toLiteral({ pars, seed: context.seed }),
  };
  if (checkpoint && !options.acceptChanged) checkUnchanged(checkpoint, identity);
  const log = await storage.readLog(checkpoint?.metadata.logBytes ?? 0);
  if (checkpoint) {
    restore(trainer, checkpoint, log);
    context.notice(`continuing at step ${trainer.step}, from checkpoint ${checkpoint.number}`);
  }
  const fromStep = trainer.step;

  const saver = new Saver(trainer, storage, identity, options.checkpointMilliseconds, context.notice);
  const started = performance.now();
  await inFunction('fit', () =>
    trainer.fit({
      logged: (info) => storage.appendLog(info),
      between: async () => {
        if (isInterrupted()) return true;
        if (saver.isDue) await saver.trySave();
        return false;
      },
    }),
  );
  const seconds = keepsTime ? (trainer.seconds ?? 0) : secondsBefore + (performance.now() - started) / 1000;

  const state = trainer.diverged ? 'diverged' : trainer.stopped ? 'finished' : 'interrupted';
  // What has diverged is over; its last finite checkpoint is kept.
  if (state === 'diverged') await storage.syncLog();
  else await saver.save();
  // After the checkpoint: it may take its time, or fail, and nothing is lost.
  const report = await inFunction('makeReport', async () => {
    const made = await trainer.withBest(() => experiment.makeReport(pars, trainer, data, context));
    checkReport(made);
    return made;
  });
  const name = state === 'interrupted' ? Math.max(0, ...(await storage.reportNumbers())) + 1 : 'last';
  await storage.writeReport(name, report);
  const { step, bestLoss } = trainer;
  return { state, fromStep, step, bestLoss, seconds, report };
}

/** Data and trainer, as they are at the beginning. */
export async function prepare(
  experiment: Experiment,
  pars: unknown,
  context: RunContext,
): Promise<{ data: Splits; trainer: Trainable }> {
  const data = await inFunction('loadData', () => experiment.loadData(pars, context));
  if (!data?.train || !data.val) {
    throw new ExperimentError('loadData', `must return at least { train, val }, got ${describe(data)}`);
  }
  const trainer = await inFunction('newTrainer', () => experiment.newTrainer(pars, data, context));
  checkTrainable(trainer);
  return { data, trainer };
}

type Identity = Pick<CheckpointMetadata, 'alchemie' | 'wasm' | 'program' | 'pars'>;

/** Decides when to write checkpoints, and writes them. */
class Saver {
  readonly #trainer: Trainable;
  readonly #storage: TrialStorage;
  readonly #identity: Identity;
  readonly #interval: number | undefined;
  readonly #notice: (line: string) => void;
  #savedAt = performance.now();
  #cost = 0;

  constructor(
    trainer: Trainable,
    storage: TrialStorage,
    identity: Identity,
    interval: number | undefined,
    notice: (line: string) => void,
  ) {
    this.#trainer = trainer;
    this.#storage = storage;
    this.#identity = identity;
    this.#interval = interval;
    this.#notice = notice;
  }

  get isDue(): boolean {
    const interval = this.#interval ?? Math.max(LEAST_CHECKPOINT_MILLISECONDS, this.#cost / CHECKPOINT_SHARE);
    return performance.now() - this.#savedAt >= interval;
  }

  async save(): Promise<void> {
    const started = performance.now();
    await this.#storage.writeCheckpoint(this.#trainer.snapshot(), { ...this.#identity, step: this.#trainer.step });
    this.#savedAt = performance.now();
    this.#cost = this.#savedAt - started;
  }

  /** A checkpoint on the way that fails is no reason to stop: the one before is still there. */
  async trySave(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof LockError) throw error;
      this.#savedAt = performance.now();
      this.#notice(`warning: no checkpoint could be written, training goes on: ${error.message}`);
    }
  }
}

/** Names the function of the experiment in which an error arose. */
async function inFunction<T>(name: string, call: () => T | Promise<T>): Promise<Awaited<T>> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new ExperimentError(name, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The experiment's own code has failed; `cause` is what it threw, if anything. */
export class ExperimentError extends UserError {
  override readonly name: string = 'ExperimentError';

  /** @param where which of its functions */
  constructor(where: string, what: string, options?: ErrorOptions) {
    super(`${where}: ${what}`, 1, options);
  }
}

function restore(trainer: Trainable, { number, snapshot }: Checkpoint, log: readonly Info[]): void {
  try {
    trainer.restore(snapshot, log);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(`checkpoint ${number}: cannot be continued: ${error.message}`, 2, { cause: error });
  }
}

function checkReport(report: unknown): void {
  try {
    stringify(report, 0, 'the report');
  } catch (error) {
    throw error instanceof UserError ? new ExperimentError('makeReport', error.message) : error;
  }
}

function checkTrainable(trainer: Trainable): void {
  for (const method of ['fit', 'snapshot', 'restore', 'withBest'] as const) {
    if (typeof trainer?.[method] !== 'function') {
      throw new ExperimentError('newTrainer', `must return a trainer, got ${describe(trainer)} without ${method}()`);
    }
  }
}

function checkUnchanged({ number, metadata }: Checkpoint, identity: Identity): void {
  const changes = [
    ...(metadata.pars === identity.pars ? [] : [`the configuration\n${lineDifferences(metadata.pars, identity.pars)}`]),
    ...(metadata.program === identity.program ? [] : ['what the module computes']),
    ...(metadata.wasm === identity.wasm
      ? []
      : [`the numerical core (alchemie ${metadata.alchemie}, now ${identity.alchemie})`]),
  ];
  if (changes.length === 0) return;
  throw new UserError(
    `checkpoint ${number}: something has changed since: ${changes.join('; ')}\n` +
      'undo the change, or continue all the same with --accept-changed',
  );
}

/** The lines that are in one text only, with - and + before them. */
function lineDifferences(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `  - ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `  + ${line.trim()}`),
  ].join('\n');
}

function describe(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : typeof value;
}
