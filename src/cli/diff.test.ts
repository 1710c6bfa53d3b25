// `alc diff` as a process, compared with the files.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const cwd = temporary();
const drawPars = `() => [0.1, 0.2].map((learningRate) => ({ hidden: [3], optimizer: { name: 'sgd', learningRate } }))`;

beforeAll(async () => {
  put(cwd, { 'a/experiment.mjs': smallExperiment({ drawPars }) });
  await alcOk(['create', 'a/experiment.mjs', 'a/runs', '--amount=2'], { cwd });
  await alcOk(['run', 'a/runs'], { cwd });
  // The same in another folder, with a line changed.
  put(cwd, { 'b/experiment.mjs': read(cwd, 'a/experiment.mjs').replace('afterSteps(200)', 'afterSteps(100)') });
  await alcOk(['create', 'b/experiment.mjs', 'b/runs'], { cwd });
  await alcOk(['run', 'b/runs'], { cwd });
}, 60_000);

const json = (...path: string[]) => JSON.parse(read(cwd, ...path));
const lastOf = (directory: string) => JSON.parse(read(cwd, directory, 'log.jsonl').trimEnd().split('\n').at(-1) ?? '');

describe('diff', { timeout: 60_000 }, () => {
  it('shows what differs side by side, and nothing else', async () => {
    const text = await alcOk(['diff', 'a/runs/1', 'a/runs/2'], { cwd });
    expect(text).toMatch(
      /^ +a\/runs\/1 +a\/runs\/2\nparameters\n +seed +\d+ +\d+\n +pars\.optimizer\.learningRate +0\.1 +0\.2\nresults\n/,
    );
    const [a, b] = ['a/runs/1', 'a/runs/2'].map((directory) => json(directory, 'report-last.json').valLoss);
    const [, , , change] =
      text
        .split('\n')
        .find((line) => line.includes('report.valLoss'))
        ?.trim()
        .split(/ +/) ?? [];
    expect(text).toContain(` ${a}  `);
    expect(text).toContain(` ${b}  `);
    expect(Number(change)).toBeCloseTo(b - a, 3);
    expect(text).not.toMatch(/hidden|versions|module|experiment\.mjs/);
  });

  it('shows the lines of the module that changed', async () => {
    const text = await alcOk(['diff', 'a/runs/1', 'b/runs/1'], { cwd });
    const hashes = ['a', 'b'].map((place) => json(`${place}/runs/1/run.json`).files['experiment.mjs'].slice(0, 12));
    expect(text).toMatch(new RegExp(`\nmodule\n +experiment\\.mjs +${hashes[0]} +${hashes[1]}\n`));
    expect(text).toMatch(
      /\nexperiment\.mjs\n(.*\n)*- {5}const options = .*afterSteps\(200\).*\n\+ {5}const options = .*afterSteps\(100\)/,
    );
    expect(text).toMatch(/log\.step +200 +100 +-100\n/);
    expect(text).not.toMatch(/^ +pars\./m);
  });

  it('shows items of lists in reports, of each list no more than a few', async () => {
    const location = temporary();
    const cfg = (n: number) => `export const pars = { 'a/b': ${n} };\nexport const seed = 1;\n`;
    const report = (n: number) => ({
      confusion: [
        [9, n],
        ['NaN', 7],
      ],
      weights: Array.from({ length: 50 }, (_, i) => i * n),
    });
    for (const n of [1, 2]) {
      put(location, { [`${n}/cfg.mjs`]: cfg(n), [`${n}/report-last.json`]: JSON.stringify(report(n)) });
    }
    const both = [join(location, '1'), join(location, '2')];
    const text = await alcOk(['diff', ...both]);
    expect(text).toMatch(/\nparameters\n +pars\["a\/b"\] +1 +2\nresults\n +report\.confusion\[0\]\[1\] +1 +2 +\+1\n/);
    expect(text).not.toMatch(/confusion\[(0\]\[0|1)/);
    expect(text.match(/^ +report\.weights\[\d+\] /gm)).toHaveLength(8);
    expect(text).toMatch(/\n +report\.weights\[8\] +8 +16 +\+8\n +and 41 more of report\.weights\n$/);
    const { results } = JSON.parse(await alcOk(['diff', ...both, '--json']));
    expect(results).toEqual({
      'report.confusion[0][1]': [1, 2],
      ...Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`report.weights[${i + 1}]`, [i + 1, 2 * (i + 1)]])),
    });
  });

  it('gives JSON', async () => {
    const found = JSON.parse(await alcOk(['diff', 'a/runs/1', 'a/runs/2', '--json'], { cwd }));
    expect(found).toMatchObject({
      a: 'a/runs/1',
      b: 'a/runs/2',
      parameters: { 'pars.optimizer.learningRate': [0.1, 0.2] },
      module: {},
      versions: {},
      results: { 'log.valLoss': [lastOf('a/runs/1').valLoss, lastOf('a/runs/2').valLoss] },
    });
  });

  it('says when nothing differs, and when a text is gone', async () => {
    expect(await alcOk(['diff', 'a/runs/1', 'a/runs/1'], { cwd })).toBe('no differences\n');
    const location = temporary();
    put(location, { 'experiment.mjs': '// another by now\n' });
    for (const [from, to] of [
      ['a', '1'],
      ['b', '2'],
    ] as const) {
      for (const name of ['cfg.mjs', 'run.json', 'log.jsonl'])
        put(location, { [`runs/${to}/${name}`]: read(cwd, from, 'runs/1', name) });
    }
    put(location, { 'runs/experiment.json': '{"module":"../experiment.mjs","seed":0}' });
    expect(await alcOk(['diff', 'runs/1', 'runs/2'], { cwd: location })).toContain(
      '\nexperiment.mjs: the text that runs/1 and runs/2 had is not at hand\n',
    );
  });

  it('wants two configurations', async () => {
    const { code, stderr } = await alc(['diff', 'a/runs/1', 'a/runs'], { cwd });
    expect([code, stderr]).toEqual([2, `a/runs: is no configuration; name one, e.g. ${join('a/runs', '1')}\n`]);
  });
});
