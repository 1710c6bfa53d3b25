// `alc show` as a process, compared with the files.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const cwd = temporary();

beforeAll(async () => {
  const makeReport = '(pars, trainer, data) => ({ valLoss: trainer.score(data.val), image: Array(99).fill([1, 2]) })';
  // It comes back at step 100, whatever time it takes.
  const newTrainer = `(pars, data, { seed }) => {
    const options = { seed, optimizer: pars.optimizer, pause: everySteps(50), stop: afterSteps(200) };
    const interrupt = everySteps(100);
    return new Trainer({ model: mlp({ ...model, hidden: pars.hidden }), data, ...options, interrupt });
  }`;
  put(cwd, { 'experiment.mjs': smallExperiment({ newTrainer, makeReport }) });
  await alcOk(['create', 'experiment.mjs', 'runs', '--amount=2'], { cwd });
  expect((await alc(['run', 'runs/1'], { cwd })).code).toBe(9);
  await alcOk(['run', 'runs/1'], { cwd });
}, 60_000);

const show = (...args: string[]): Promise<string> => alcOk(['show', ...args], { cwd });
const logOf = (index: number) =>
  read(cwd, `runs/${index}/log.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('show', { timeout: 60_000 }, () => {
  it('says all that the files say', async () => {
    const text = await show('runs/1');
    const log = logOf(1);
    const { bestLoss } = log.at(-1);
    expect(text).toContain(`runs/1\n  finished, step 200, best validation loss ${Number(bestLoss.toPrecision(6))}, `);
    for (const line of read(cwd, 'runs/1/cfg.mjs').trim().split('\n')) expect(text).toContain(line);
    const least = Math.min(...log.map(({ valLoss }) => valLoss));
    const row = text.split('\n').find((line) => /^ +valLoss +\d/.test(line));
    expect(row?.trim().split(/ +/).map(Number)).toEqual([
      Number.NaN,
      ...[log[0].valLoss, least, log.find(({ valLoss }) => valLoss === least).step].map((x) => expect.closeTo(x, 5)),
      expect.any(Number),
      expect.any(Number),
      expect.closeTo(log.at(-1).valLoss, 5),
    ]);
    expect(text).toMatch(/── valLoss {3}·· trainLoss\n(.*[│┤].*\n){12} +└─+\n +50 +step +200\n/);
    expect(text).toContain(
      `\n  valLoss: ${JSON.parse(read(cwd, 'runs/1/report-last.json')).valLoss}\n  image: [99, 2] list\n`,
    );
    const { lineage, files, cpu } = JSON.parse(read(cwd, 'runs/1/run.json'));
    for (const { started, end } of lineage) expect(text).toMatch(new RegExp(`${end} +${started}`));
    expect(text).toContain(`experiment.mjs: ${files['experiment.mjs']}`);
    expect(text).toContain(`cpu: ${cpu}`);
    expect(text.split('\n').filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it('gives JSON, the whole log included', async () => {
    const shown = JSON.parse(await show('runs/1/', '--json'));
    expect(shown).toMatchObject({
      index: 1,
      state: 'finished',
      step: 200,
      'pars.hidden': '[3]',
      'pars.optimizer.name': 'sgd',
    });
    expect(shown.log).toEqual(logOf(1));
    expect(shown.report).toEqual(JSON.parse(read(cwd, 'runs/1/report-last.json')));
    expect(shown.run).toEqual(JSON.parse(read(cwd, 'runs/1/run.json')));
  });

  it('draws what is asked for', async () => {
    expect(await show('runs/1', '--plot=bestLoss')).toMatch(/learning curve\n +── bestLoss\n/);
  });

  it('names what the log has when asked to draw something else', async () => {
    const { code, stderr } = await alc(['show', 'runs/1', '--plot=valLoss,nope'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^--plot: there is no 'nope' in the log; known are step, /),
    ]);
  });

  it('says what is wrong with a cfg.mjs that is a directory', async () => {
    const location = temporary();
    mkdirSync(join(location, '1/cfg.mjs'), { recursive: true });
    const { code, stderr } = await alc(['show', join(location, '1')], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/1\/cfg\.mjs: is not a file; move it away\n$/)]);
  });

  it('leaves out what there is not', async () => {
    expect(await show('runs/2')).toBe(
      `runs/2\n  new\n\ncfg.mjs\n${read(cwd, 'runs/2/cfg.mjs')
        .trim()
        .replace(/^(?=.)/gm, '  ')}\n`,
    );
  });

  it('executes nothing, and says so', async () => {
    const location = temporary();
    put(location, { '3/cfg.mjs': 'export const pars = { a: process.exit(4) };\nexport const seed = 1;\n' });
    expect(await alcOk(['show', join(location, '3')])).toContain('\n  not read, for it is executed by alc run alone: ');
  });

  it('of a failed one names the error', async () => {
    const location = temporary({
      'experiment.mjs': smallExperiment({ makeReport: '() => { throw new Error("no luck") }' }),
    });
    await alcOk(['create', 'experiment.mjs', 'runs'], { cwd: location });
    expect((await alc(['run', 'runs/1'], { cwd: location })).code).toBe(1);
    expect(await alcOk(['show', 'runs/1'], { cwd: location })).toMatch(
      /\n {2}failed, step 200, .*, makeReport: .*no luck\n/,
    );
  });

  it('of a location is a mistake', async () => {
    const { code, stderr } = await alc(['show', 'runs'], { cwd });
    expect([code, stderr]).toEqual([2, 'runs: is no configuration; name one, e.g. runs/1\n']);
  });
});
