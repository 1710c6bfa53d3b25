// The check before V8 may compute with vectors of 256 bits, on whatever Node.js runs the tests; how different ones compare
// is in src/cli/versions.long.test.ts.

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { alc, put, read, removeTemporaries, root, start, temporary } from '../testing/alc.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';
import { VARIABLE, WORKLOAD_SHA256 } from './revectorization.node.ts';
import { workload } from './workload.ts';

afterAll(removeTemporaries);

const isThere = process.arch === 'x64' && Number.parseInt(process.versions.v8, 10) >= 13;
const check = join(root, 'dist/machine/selfCheck.node.js');

function experiment(): string {
  return temporary({ 'x.mjs': smallExperiment() });
}

it('the workload has the known SHA-256', () => {
  expect(createHash('sha256').update(workload()).digest('hex')).toBe(WORKLOAD_SHA256);
});

it('the check prints it, with and without, where it can be had', async () => {
  for (const wish of isThere ? ['on', 'off'] : ['off']) {
    const { ended } = start([], { command: [process.execPath, '--no-liftoff', check], env: { [VARIABLE]: wish } });
    expect(await ended).toMatchObject({ code: 0, stdout: WORKLOAD_SHA256 });
  }
});

it.each<[wish: string, message: RegExp]>([
  ['perhaps', /^ALCHEMIE_REVECTORIZE: must be on, off or auto, got 'perhaps'; unset it/m],
  ...(isThere
    ? []
    : [['on', /^ALCHEMIE_REVECTORIZE: cannot be on, got Node.js .*; use Node.js 24/m] as [string, RegExp]]),
])('a wish for %s that cannot be met is a mistake of the user', async (wish, message) => {
  const directory = experiment();
  put(directory, { 'runs/1/cfg.mjs': smallConfiguration });
  const run = ['run', join(directory, 'x.mjs'), join(directory, 'runs/1')];
  const { code, stderr } = await alc(run, { env: { [VARIABLE]: wish } });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(code).toBe(2);
});

it('the verdict is remembered, believed, and made anew where it is damaged or cannot be kept', async () => {
  const directory = experiment();
  const cache = join(directory, 'cache');
  const run = async (i: number, XDG_CACHE_HOME = cache): Promise<unknown> => {
    put(directory, { [`runs/${i}/cfg.mjs`]: smallConfiguration });
    const { code } = await alc(['run', join(directory, 'x.mjs'), join(directory, 'runs', `${i}`)], {
      env: { XDG_CACHE_HOME },
    });
    expect(code).toBe(0);
    const { revectorized, lineage } = JSON.parse(read(directory, 'runs', `${i}`, 'run.json'));
    expect(lineage[0].revectorized).toBe(revectorized);
    return revectorized;
  };
  expect(await run(1)).toBe(isThere);
  const verdicts = isThere ? readdirSync(join(cache, 'alchemie')) : [];
  expect(verdicts.map((file) => read(cache, 'alchemie', file))).toEqual(isThere ? ['right'] : []);
  for (const file of verdicts) put(join(cache, 'alchemie'), { [file]: 'wrong' });
  expect(await run(2)).toBe(false);
  for (const file of verdicts) put(join(cache, 'alchemie'), { [file]: 'ri' });
  expect(await run(3)).toBe(isThere);
  put(directory, { file: '' });
  expect(await run(4, join(directory, 'file'))).toBe(isThere);
});
