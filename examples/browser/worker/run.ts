// Trains one configuration: what `alc run` does, at the pace that is asked for, with pictures on the way.

import type { Trainable } from 'alchemie';
import { coreBytes, hex, RunRecord, runTrial, sha256 } from 'alchemie/browser';
import { version } from '../../../package.json';
import { experimentOf, type KnownExperiment } from './experiments.ts';
import type { Listener, LogLine, RunOrder, TrialFacts } from './messages.ts';
import { pictureOf } from './pictures.ts';
import { lineOf, locationOf, openByName, readTrial } from './sets.ts';

/** Between two pictures. */
const PICTURE_MILLISECONDS = 33;
/** Weights are larger, and change slowly. */
const WEIGHTS_MILLISECONDS = 200;
/** A closed tab loses at most this. */
const CHECKPOINT_MILLISECONDS = 2000;

/** The run that goes on in this worker. */
interface Current {
  readonly set: string;
  readonly index: number;
  trainer: Trainable | undefined;
  isPaused: boolean;
  speed: number;
  /** Where and when the present speed was set. */
  mark: { step: number; at: number } | undefined;
}

let current: Current | undefined;

export function pause(): void {
  if (current) current.isPaused = true;
}

export function pace(speed: number): void {
  if (current) Object.assign(current, { speed, mark: undefined });
}

/** The trainer of the run that goes on, if it is this one. */
export function runningTrainer(set: string, index: number): Trainable | undefined {
  return current?.set === set && current.index === index ? current.trainer : undefined;
}

/** What a checkpoint of an experiment must share: as `alc run` has it. */
export function versionsOf({ files }: KnownExperiment) {
  const hashOf = (text: string): string => hex(sha256([new TextEncoder().encode(text)]));
  const lines = Object.entries(files).map(([name, text]) => `${name} ${hashOf(text)}`);
  return { alchemie: version, wasm: hex(sha256([coreBytes()])), module: lines.join('\n') };
}

export async function run(order: RunOrder, listener: Listener): Promise<TrialFacts> {
  const { set, index, speed } = order;
  // At once: from now on it can be paused.
  const mine: Current = { set, index, trainer: undefined, isPaused: false, speed, mark: undefined };
  current = mine;
  try {
    return await train(mine, order, listener);
  } finally {
    current = undefined;
  }
}

async function train(mine: Current, order: RunOrder, listener: Listener): Promise<TrialFacts> {
  const { set, index } = mine;
  const { choice } = await openByName(set);
  const known = experimentOf(choice.experiment);
  const location = await locationOf(set);
  const storage = location.trial(index);
  const { pars, seed } = await location.configuration(index);
  try {
    await storage.acquire();
    const versions = versionsOf(known);
    const runner = { host: globalThis.location.host, browser: navigator.userAgent };
    const { run: before } = await storage.readRun();
    const record = new RunRecord(storage, before, runner, { alchemie: version });
    try {
      const outcome = await runTrial({
        experiment: known.experiment,
        pars,
        storage,
        context: { seed, notice: listener.noticed },
        versions,
        sha256,
        isInterrupted: () => mine.isPaused,
        checkpointMilliseconds: CHECKPOINT_MILLISECONDS,
        acceptChanged: order.acceptChanged ?? false,
        secondsBefore: record.secondsBefore,
        hasProgress: record.hasProgress,
        begun: () => record.begin(),
        trained: (effort) => record.trained(effort),
        watch: (trainer) => watchOf(mine, trainer, order.steps, listener),
      });
      await record.end(outcome);
    } catch (error) {
      await record.fail(error, error instanceof Error ? error.message : String(error));
      throw error;
    }
  } finally {
    storage.close();
  }
  return readTrial(set, index, choice.experiment);
}

function watchOf(mine: Current, trainer: Trainable, steps: number | undefined, listener: Listener) {
  mine.trainer = trainer;
  const goal = steps === undefined ? Number.POSITIVE_INFINITY : trainer.step + steps;
  let lines: LogLine[] = [];
  let shownAt = 0;
  const show = (): void => {
    const picture = pictureOf(trainer);
    listener.progressed({ step: trainer.step, lines, ...(picture && { picture }) });
    lines = [];
    shownAt = performance.now() + (picture?.kind === 'weights' ? WEIGHTS_MILLISECONDS : PICTURE_MILLISECONDS);
  };
  show();
  return {
    logged: (info: Parameters<typeof lineOf>[0]) => {
      lines.push(lineOf(info));
    },
    // At a given speed as often as a screen is drawn.
    next: (step: number) => {
      const stride = Math.max(1, Math.floor(mine.speed / 60));
      const regular = Number.isFinite(stride) ? (Math.floor(step / stride) + 1) * stride : stride;
      return step < goal ? Math.min(goal, regular) : regular;
    },
    between: async () => {
      if (performance.now() >= shownAt) show();
      if (trainer.step >= goal) {
        show();
        return true;
      }
      await keepPace(mine, trainer);
      return mine.isPaused;
    },
  };
}

/** Waits until the step is due. */
async function keepPace(mine: Current, { step }: Trainable): Promise<void> {
  while (Number.isFinite(mine.speed) && !mine.isPaused) {
    mine.mark ??= { step, at: performance.now() };
    const due = mine.mark.at + (1000 * (step - mine.mark.step)) / mine.speed;
    const wait = due - performance.now();
    if (wait <= 0) return;
    // Not for long: what is asked for meanwhile must be heard.
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 50)));
  }
}
