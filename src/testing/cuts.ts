// Runs that are cut again and again, and the battery of configurations that this is done to.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { alcOk, type Ended, put, type Results, results, root, start, temporary } from './alc.ts';
import { type CutPars, cutPars } from './cut-experiment.ts';
import type { Place } from './gate.ts';
import { generator } from './random.ts';

export const cutModule = join(root, 'src/testing/cut-experiment.ts');

export type CutSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** What differs from `cutPars`. */
export type SomePars = { readonly [Name in keyof CutPars]?: unknown };

/** A location with configurations of `cut-experiment.ts`, made by `alc create`. */
export async function cutLocation(...pars: readonly SomePars[]): Promise<string> {
  const location = temporary();
  put(location, { 'pars.json': JSON.stringify(pars.map((some) => ({ ...cutPars, ...some }))) });
  await alcOk(['create', cutModule, location, '--from', join(location, 'pars.json')]);
  return location;
}

export interface Gate {
  /** For the runs that are to wait. */
  readonly env: Readonly<Record<string, string>>;
  readonly open: (place: Place) => void;
}

/** Runs of `cutModule` wait at these places until they are opened. */
export function closedGate(...places: readonly Place[]): Gate {
  const folder = temporary(Object.fromEntries(places.map((place) => [place, ''])));
  return { env: { GATE: folder }, open: (place) => rmSync(join(folder, place)) };
}

/** Runs one configuration twice, once uncut, and gives the results of both. */
export async function cutAndUncut(
  pars: SomePars,
  options: CutOptions,
): Promise<{ uncut: Results; cut: Results; history: readonly Cut[] }> {
  // The same index in two locations: the seed is drawn from it.
  const [plain, other] = [join(await cutLocation(pars), '1'), join(await cutLocation(pars), '1')];
  const began = performance.now();
  await alcOk(['run', cutModule, plain]);
  const history = await runWithCuts(other, { span: performance.now() - began, ...options });
  return { uncut: results(plain), cut: results(other), history };
}

export interface CutOptions {
  readonly seed: number;
  /** After how many cuts a run is left alone. */
  readonly cuts: number;
  /** Signals to choose from. Default: all three. */
  readonly signals?: readonly CutSignal[];
  /** Milliseconds within which the cut falls. Default: what the uncut run took. */
  readonly span?: number;
}

export interface Cut {
  readonly signal: CutSignal | undefined;
  readonly ended: Ended;
}

/** Starts a run, cuts it at a random moment, and again, until it is done. */
export async function runWithCuts(directory: string, options: CutOptions): Promise<Cut[]> {
  const { seed, cuts, signals = ['SIGINT', 'SIGTERM', 'SIGKILL'], span = 1000 } = options;
  const random = generator(seed);
  const history: Cut[] = [];
  for (;;) {
    const signal = history.length < cuts ? signals[Math.floor(random() * signals.length)] : undefined;
    // Every other one falls into training, the rest anywhere: among them the start, the last report and the end.
    const isInTraining = history.length % 2 === 0;
    const after = random() * span * (isInTraining ? 0.15 : 0.4);
    // It must not end before that.
    const gate = signal && isInTraining ? closedGate('training') : undefined;
    const { child, ended, says } = start(['run', cutModule, directory, '--checkpoint-every=30ms'], {
      env: gate?.env ?? {},
    });
    let timer: NodeJS.Timeout | undefined;
    const cutLater = (): void => {
      if (!signal) return;
      timer = setTimeout(() => {
        child.kill(signal);
        gate?.open('training');
      }, after);
    };
    if (isInTraining) says('loaded').then(cutLater, () => {});
    else cutLater();
    const cut = { signal, ended: await ended };
    clearTimeout(timer);
    history.push(cut);
    checkEnd(directory, cut);
    if (cut.ended.code === 0) return history;
  }
}

/** Finished, asked to come back, or killed: nothing else. */
function checkEnd(directory: string, { signal, ended }: Cut): void {
  const { code, stderr } = ended;
  if (/^ {4}at |a bug/m.test(stderr)) throw new Error(`${directory}: ${stderr}`);
  if (code === 0) return;
  if (code === 9 && (signal === 'SIGINT' || signal === 'SIGTERM')) return;
  if (code === null && signal !== undefined && ended.signal === signal) {
    if (signal === 'SIGKILL') return;
    // Node.js starts for some ten milliseconds before anything listens, and ends for some when nothing does any more;
    // in between no run may end like this.
    if (!stderr.includes('loading') || stderr.includes('reported')) return;
  }
  throw new Error(`${directory}: ended with ${code ?? ended.signal} after ${signal ?? 'no signal'}\n${stderr}`);
}

/** How many times a run was interrupted, by its reports. */
export function interruptions(history: readonly Cut[]): number {
  return history.filter(({ ended }) => ended.code === 9).length;
}

type OptimizerOptions = Readonly<Record<string, unknown>>;

/** Option sets for the optimizers; one without an entry is cut with its defaults. */
export const optimizerOptions: Readonly<Record<string, readonly OptimizerOptions[]>> = {
  sgd: [
    { learningRate: 0.05 },
    { learningRate: 0.02, momentum: 0.9 },
    { learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
    { learningRate: { name: 'step', from: 0.05, factor: 0.5, every: 7001 }, clipNorm: 0.5 },
  ],
  rmsprop: [
    { learningRate: 1e-3 },
    { learningRate: 1e-3, momentum: 0.9, decay: 0.95 },
    { learningRate: 1e-3, centered: true, momentum: 0.5, clipNorm: 1 },
    { learningRate: { name: 'exponential', from: 0.005, decay: 0.99999 }, weightDecay: 1e-4 },
  ],
  adam: [
    {},
    { learningRate: { name: 'cosine', from: 0.005, to: 1e-4, steps: 30_000, warmup: 500 }, beta1: 0.8 },
    { learningRate: 2e-3, weightDecay: 1e-3, clipNorm: 0.3 },
  ],
  adamw: [
    {},
    { learningRate: { name: 'linear', from: 0.01, steps: 50_000 }, weightDecay: 0.05 },
    { learningRate: { name: 'constant', value: 0.002, warmup: 1000 }, clipNorm: 0.3 },
  ],
};

/** How data come in, and what is left out. */
export const cutModes: Readonly<Record<string, SomePars>> = {
  'full batch': { batchSize: null, dropout: 0, steps: 60_000, activation: 'sigmoid' },
  'full batch with dropout': { batchSize: null, dropout: 0.3, steps: 50_000, activation: 'relu' },
  minibatch: { batchSize: 8, dropout: 0, activation: 'gelu' },
  'minibatch with dropout': { batchSize: 7, dropout: 0.25, hidden: [9, 6], steps: 120_000 },
};
