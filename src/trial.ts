// Runs one configuration: from its newest checkpoint or from the beginning, until it is finished or asked to come
// back, with checkpoints and reports on the way. Knows no file system and no process.

import { ChangedError, UserError } from './errors.ts';
import type { Experiment, RunContext, Splits } from './experiment.ts';
import { toLiteral } from './literal.ts';
import { type AcceptedChange, hex, type Identity, type Sha256 } from './storage/checkpoint.ts';
import { stringify } from './storage/json.ts';
import type { Checkpoint, PassedOver, TrialStorage } from './storage/storage.ts';
import type { Info, Snapshot, Trainable, Watch } from './trainable.ts';
import { changesBetween, shapesOf, withLineage } from './trial/identity.ts';
import { Saver } from './trial/saver.ts';

export interface TrialOptions {
  readonly experiment: Experiment;
  readonly pars: unknown;
  readonly storage: TrialStorage;
  readonly context: RunContext;
  /** What a checkpoint must share. */
  readonly versions: Pick<Identity, 'alchemie' | 'wasm' | 'module'>;
  readonly sha256: Sha256;
  /** Whether training has been asked to come back. */
  readonly isInterrupted: () => boolean;
  /** Time between two checkpoints; default: such that they cost at most 3 % of the time, and at least 10 s. */
  readonly checkpointMilliseconds?: number;
  /** Continue although pars, module or core are not those of the checkpoint. */
  readonly acceptChanged?: boolean;
  /** Seconds spent by earlier runs. */
  readonly secondsBefore?: number;
  /** Whether an earlier run is known to have left a checkpoint. */
  readonly hasProgress?: boolean;
  /** Called when nothing stands in the way any more, and training begins. */
  readonly begun?: () => void;
  /** Called when training has come to an end of any kind, before the report is made. */
  readonly trained?: (effort: Effort) => void;
  /** How else the surroundings take part, once there is a trainer: they show it, or set its pace. */
  readonly watch?: (trainer: Trainable) => Watch;
}

/** What is known of a run once it has trained, even if its report fails. */
export interface Effort {
  /** Spent training, all runs together. */
  readonly seconds: number;
  /** The step of the last line of the log; absent: there is none. */
  readonly loggedStep: number | undefined;
}

export interface Outcome {
  readonly state: 'finished' | 'interrupted' | 'diverged';
  readonly fromStep: number;
  readonly step: number;
  /** The newest one; absent if there was never anything finite to save. */
  readonly checkpoint?: number;
  readonly bestLoss: number;
  /** Spent training, all runs together. */
  readonly seconds: number;
  /** SHA-256 of the state, 64 digits: the bytes of all tensors of the snapshot in their order. */
  readonly sha256: string;
  /** What `makeReport` gave, and the lineage of a run that is not exact. */
  readonly report: unknown;
}

export async function runTrial(options: TrialOptions): Promise<Outcome> {
  const { experiment, pars, storage, context, isInterrupted } = options;
  await storage.acquire();
  await storage.sweep();
  const { checkpoint, passedOver } = await storage.newestCheckpoint(options.hasProgress);
  for (const each of passedOver) context.notice(passedOverText(each));

  const { data, trainer } = await prepare(experiment, pars, context);
  const secondsBefore = options.secondsBefore ?? 0;
  const keepsTime = trainer.seconds !== undefined;
  if (keepsTime) trainer.seconds = secondsBefore;

  const identity = {
    ...options.versions,
    program: hex(options.sha256([new TextEncoder().encode(trainer.program ?? '')])),
    data: shapesOf(data),
    pars: toLiteral({ pars, seed: context.seed }),
  };
  const log = await storage.readLog(checkpoint?.metadata);
  const lineage = checkpoint ? restore(trainer, checkpoint, log, identity, options.acceptChanged ?? false) : [];
  if (checkpoint) context.notice(`continuing at step ${trainer.step}, from checkpoint ${checkpoint.number}`);
  const fromStep = trainer.step;

  const { checkpointMilliseconds: interval } = options;
  const metadata = { ...identity, lineage };
  const saver = new Saver({ trainer, storage, metadata, newest: checkpoint?.number, interval, notice: context.notice });
  options.begun?.();
  const watch = options.watch?.(trainer) ?? {};
  const started = performance.now();
  const secondsNow = (): number =>
    keepsTime ? (trainer.seconds ?? 0) : secondsBefore + (performance.now() - started) / 1000;
  let loggedStep = log.at(-1)?.step;
  await inFunction('fit', () =>
    trainer.fit({
      ...watch,
      logged: (info) => {
        loggedStep = info.step;
        saver.log(info);
        watch.logged?.(info);
      },
      between: async () => {
        if (isInterrupted() || (await watch.between?.())) return true;
        await saver.saveIfDue();
        return false;
      },
    }),
  ).finally(() => options.trained?.({ seconds: secondsNow(), loggedStep }));
  const seconds = secondsNow();

  const state = trainer.diverged ? 'diverged' : trainer.stopped ? 'finished' : 'interrupted';
  // What has diverged is over; its last finite checkpoint is kept.
  if (state === 'diverged') await storage.syncLog();
  else await saver.save();
  // After the checkpoint: it may take its time, or fail, and nothing is lost.
  const report = await inFunction('makeReport', async () => {
    const made = await trainer.withBest(() => experiment.makeReport(pars, trainer, data, context));
    checkReport(made);
    return withLineage(made, lineage);
  });
  const { newest } = saver;
  if (state !== 'interrupted') await storage.writeReport('last', report);
  // Who has saved nothing has got nowhere.
  else if (newest !== undefined) await storage.writeReport(Math.max(0, ...(await storage.reportNumbers())) + 1, report);
  const { step, bestLoss } = trainer;
  const sha256 = hex(options.sha256(bytesOf(trainer.snapshot(saver.snapshot))));
  const saved = newest === undefined ? {} : { checkpoint: newest };
  return { state, fromStep, step, ...saved, bestLoss, seconds, sha256, report };
}

function bytesOf(snapshot: Snapshot): Uint8Array[] {
  return Array.from(snapshot.values(), ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** A file that could not be used, and where it is now. */
export function passedOverText({ reason, keptAs }: PassedOver): string {
  return `${reason}; ${keptAs === undefined ? 'passed over' : `set aside as ${keptAs}`}`;
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

/**
 * Takes up a checkpoint, and gives what it says of its lineage, with the changes since then if they are accepted.
 *
 * @throws UserError when it does not fit
 * @throws ChangedError when something has changed that is not accepted
 */
function restore(
  trainer: Trainable,
  { number, snapshot, metadata }: Checkpoint,
  log: readonly Info[],
  identity: Identity,
  acceptChanged: boolean,
): readonly AcceptedChange[] {
  const changes = changesBetween(metadata, identity);
  const refusal = new ChangedError(
    `checkpoint ${number}: something has changed since: ${changes.map(({ what }) => what).join(', ')}\n` +
      changes.flatMap(({ lines }) => lines.map((line) => `  ${line}\n`)).join('') +
      'undo the change, or continue all the same',
  );
  try {
    trainer.restore(snapshot, log);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (changes.length > 0 && !acceptChanged) throw refusal;
    throw new UserError(`checkpoint ${number}: cannot be continued: ${error.message}`, 2, { cause: error });
  }
  // What is left to do is the report: whoever has mended its function may make it.
  if (changes.every(({ of }) => of === 'module' && trainer.stopped)) return metadata.lineage;
  if (!acceptChanged) throw refusal;
  return [
    ...metadata.lineage,
    { step: metadata.step, changed: changes.map(({ what, lines }) => [what, ...lines].join(' ')) },
  ];
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

function describe(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : typeof value;
}
