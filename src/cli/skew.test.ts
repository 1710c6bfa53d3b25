// What a checkpoint does not belong to is refused with the difference in words; if the change is accepted, every later
// report says so.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const source = smallExperiment({
  newTrainer: `(pars, data, { seed }) => {
    const steps = pars.steps ?? 1e9;
    const options = { seed, optimizer: pars.optimizer, pause: everySteps(50), stop: afterSteps(steps) };
    return new Trainer({ model: mlp({ ...model, hidden: pars.hidden }), data, ...options });
  }`,
});
const args = ['run', 'experiment.mjs', 'runs/1'];

/** A run that was interrupted, in a new folder. */
async function interrupted(): Promise<string> {
  const cwd = temporary({ 'experiment.mjs': source, 'runs/1/cfg.mjs': smallConfiguration });
  expect((await alc([...args, '--time-limit=1ms'], { cwd })).code).toBe(9);
  return cwd;
}

const report = (cwd: string, name: string) => JSON.parse(read(cwd, join('runs/1', name)));

const changes: Readonly<Record<string, [change: (cwd: string) => void, ...words: string[]]>> = {
  'a configuration': [
    (cwd) => put(cwd, { 'runs/1/cfg.mjs': smallConfiguration.replace('0.1', '0.25') }),
    'the configuration',
    "  - pars: { hidden: [3], optimizer: { name: 'sgd', learningRate: 0.1 } }\n",
    "  + pars: { hidden: [3], optimizer: { name: 'sgd', learningRate: 0.25 } }\n",
  ],
  'the text of a module': [
    (cwd) => put(cwd, { 'experiment.mjs': `${source}// A remark.\n` }),
    'the text of experiment.mjs\n',
  ],
  'what a module computes': [
    (cwd) => put(cwd, { 'experiment.mjs': source.replace("'tanh'", "'relu'") }),
    'the text of experiment.mjs, what the module computes\n',
  ],
  'the number of samples': [
    (cwd) => put(cwd, { 'experiment.mjs': source.replace('[1, 1]]', '[1, 1], [1, 1]]').replace('[0]]', '[0], [0]]') }),
    'the shapes of the data',
    '  - train: [4, 2], [4, 1]\n',
    '  + train: [5, 2], [5, 1]\n',
  ],
};

describe.each(Object.entries(changes))('%s that has changed', (_, [change, ...words]) => {
  it.concurrent('is refused in words, and if it is accepted every later report says so', {
    timeout: 60_000,
  }, async () => {
    const cwd = await interrupted();
    const before = report(cwd, 'report-1.json');
    expect(before).not.toHaveProperty('lineage');
    change(cwd);
    const { code, stderr } = await alc(args, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('checkpoint 1: something has changed since: ')]);
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).toMatch(/\nundo the change, or continue all the same with --accept-changed\n$/);

    const limit = '--time-limit=1ms';
    expect((await alc([...args, limit, '--accept-changed'], { cwd })).code).toBe(9);
    // From now on it is what was accepted.
    expect((await alc([...args, limit], { cwd })).code).toBe(9);
    const { lineage } = report(cwd, 'report-3.json');
    expect(lineage).toEqual([{ step: expect.any(Number), changed: expect.any(Array) }]);
    expect(lineage[0].changed.join(', ')).toContain(words[0]?.trim());
    expect(report(cwd, 'report-2.json').lineage).toEqual(lineage);
  });
});

it('a report can be mended when training is over', { timeout: 60_000 }, async () => {
  const cwd = temporary({
    'experiment.mjs': smallExperiment({ makeReport: "() => { throw new Error('no luck'); }" }),
    'runs/1/cfg.mjs': smallConfiguration,
  });
  expect((await alc(args, { cwd })).code).toBe(1);
  put(cwd, { 'experiment.mjs': smallExperiment() });
  expect((await alc(args, { cwd })).code).toBe(0);
  expect(report(cwd, 'report-last.json')).not.toHaveProperty('lineage');
});
