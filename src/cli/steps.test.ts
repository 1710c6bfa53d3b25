// A run that is interrupted after each of its 200 steps, and continued, equals the whole one: report, log, checkpoint.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { mlp } from '../models/index.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import { sha256 } from '../storage/sha256.node.ts';
import { TrialDirectory } from '../storage/trial.node.ts';
import { newestCheckpoint } from '../testing/alc.ts';
import { setClock } from '../testing/clock.ts';
import { place } from '../testing/sessions.ts';
import { Trainer } from '../trainer.ts';
import { type Outcome, runTrial } from '../trial.ts';
import { sha256Hex } from './provenance.ts';

// Two hundred threads that do nothing.
vi.mock('../storage/heart.node.ts', () => ({ noBeat: '000000000000', startHeart: () => () => {} }));

const steps = 200;
const rows = Float32Array.from({ length: 60 }, (_, i) => ((i * 37) % 16) / 8 - 1);
const target = Float32Array.from({ length: 20 }, (_, i) => (i * 7) % 2);
const split = [tensor(rows, [20, 3]), tensor(target, [20, 1])] as const;

/** The trainer at work. */
let running: Trainer | undefined;

const experiment = {
  preamble: () => '',
  drawPars: () => [],
  loadData: () => ({ train: split, val: split }),
  newTrainer: (_: unknown, data: { train: typeof split; val: typeof split }, { seed }: { seed: number }) => {
    const model = mlp({
      inputs: 3,
      hidden: [5],
      outputs: 1,
      activation: 'tanh',
      dropout: 0.2,
      loss: 'binaryCrossEntropy',
    });
    const optimizer = { name: 'adam', learningRate: 0.01 } as const;
    const stop = afterSteps(steps);
    running = new Trainer({ model, data, seed, optimizer, batchSize: 6, pause: everySteps(7), stop });
    return running;
  },
  makeReport: (_: unknown, trainer: Trainer) => ({ step: trainer.step, loss: trainer.score(split) }),
};

/** Runs the trial in a directory until it has made `until` steps, by a clock that lets every step be a slice. */
async function run(directory: string, until: number): Promise<Outcome['state']> {
  const storage = new TrialDirectory(directory);
  const restoreClock = setClock(() => 1000);
  try {
    const outcome = await runTrial({
      experiment,
      pars: {},
      storage,
      context: { seed: 11, notice: () => {} },
      versions: { alchemie: '0', wasm: 'w', module: 'm' },
      sha256,
      isInterrupted: () => (running?.step ?? 0) >= until,
      checkpointMilliseconds: 1e9,
    });
    return outcome.state;
  } finally {
    restoreClock();
    storage.close();
  }
}

function resultsOf(directory: string): string[] {
  const files = [join(directory, 'report-last.json'), join(directory, 'log.jsonl'), newestCheckpoint(directory)];
  return files.map((file) => sha256Hex(readFileSync(file)));
}

it(`interrupted after each of ${steps} steps, it equals the whole run`, { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(place, 'alc-steps-'));
  const fresh = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const whole = fresh('whole');
  expect(await run(whole, Number.POSITIVE_INFINITY)).toBe('finished');
  const expected = resultsOf(whole);
  const seen = new Set<number>();
  let equal = 0;
  for (let until = 1; until <= steps; until++) {
    const directory = fresh(`${until}`);
    const state = await run(directory, until);
    if (state === 'interrupted') {
      seen.add(JSON.parse(readFileSync(join(directory, 'report-1.json'), 'utf8')).step);
      expect(await run(directory, Number.POSITIVE_INFINITY)).toBe('finished');
    }
    expect(resultsOf(directory)).toEqual(expected);
    equal++;
    rmSync(directory, { recursive: true });
  }
  console.log(`interrupted after each of ${seen.size} steps: ${equal} of ${steps} equal the whole run`);
  expect(seen.size).toBeGreaterThanOrEqual(steps - 1);
  rmSync(folder, { recursive: true });
});
