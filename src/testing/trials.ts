// Locations with what runs leave behind, made without running anything.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toLiteral } from '../literal.ts';
import { stringify } from '../storage/json.ts';

/** What runs shall have left; what is left out is not there. */
export interface Results {
  readonly log?: readonly Readonly<Record<string, unknown>>[];
  readonly report?: unknown;
  readonly run?: unknown;
}

/** What the files of a trial shall say. */
export interface TrialFiles extends Results {
  readonly pars: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export function writeTrial(directory: string, { pars, seed, ...results }: TrialFiles): void {
  mkdirSync(directory, { recursive: true });
  const cfg = `export const pars = ${toLiteral(pars, 'pars')};\n\nexport const seed = ${seed};\n`;
  writeFileSync(join(directory, 'cfg.mjs'), cfg);
  writeResults(directory, results);
}

export function writeResults(directory: string, { log, report, run }: Results): void {
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  if (log) put('log.jsonl', log.map((info) => `${stringify(info)}\n`).join(''));
  if (report !== undefined) put('report-last.json', `${stringify(report, 2)}\n`);
  if (run !== undefined) put('run.json', `${stringify(run, 2)}\n`);
}

/** A trial like many: numbers of all sizes, a conditional parameter, a loss that depends on the parameters. */
export function plausibleTrial(index: number, lines: number): TrialFiles {
  const share = (index * 0.618033988749895) % 1;
  const name = ['adam', 'sgd', 'rmsprop'][index % 3] ?? 'adam';
  const learningRate = 1e-4 + 0.1 * share * share * share;
  const momentum = name === 'sgd' ? { momentum: 0.9 + 0.09 * share } : {};
  const dropout = [0, 0.2, 0.5][index % 7] ?? 0.1;
  const floor = 0.05 + Math.abs(learningRate - 0.02) * 3 + dropout * 0.1 + (index % 11) / 200;
  const log = Array.from({ length: lines }, (_, i) => {
    const valLoss = floor + 2 / (1 + i) + ((index + i * 7919) % 101) / 5000;
    return { step: 100 * (i + 1), epoch: (i + 1) / 4, bestLoss: valLoss, trainLoss: 0.9 * valLoss, valLoss };
  });
  let bestLoss = Number.POSITIVE_INFINITY;
  const infos = log.map((info) => {
    bestLoss = Math.min(bestLoss, info.valLoss);
    return { ...info, bestLoss };
  });
  return {
    pars: { hidden: index % 2 ? [256, 128] : [128], dropout, optimizer: { name, learningRate, ...momentum } },
    seed: index * 7919,
    log: infos,
    report: { trainLoss: bestLoss * 0.9, valLoss: bestLoss, testLoss: bestLoss * 1.1, testAccuracy: 1 - bestLoss / 4 },
    run: {
      state: 'finished',
      seconds: 10 + 100 * share,
      alchemie: '0.1.0',
      node: '20.20.2',
      lineage: [{ started: '2026-01-01T00:00:00.000Z', host: 'here', end: 'finished' }],
    },
  };
}
