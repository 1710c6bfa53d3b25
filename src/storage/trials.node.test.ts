// What directories say of trials, compared with the files themselves, whatever state they are in.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alcOk, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';
import { readTrialLog, type StoredTrial, storedTrial, storedTrials } from './trials.node.ts';

afterAll(removeTemporaries);

const pars = { hidden: [3], optimizer: { name: 'sgd', learningRate: 0.1 } };

async function all(location: string): Promise<StoredTrial[]> {
  const found: StoredTrial[] = [];
  for await (const trial of storedTrials(location)) found.push(trial);
  return found;
}

/** A configuration with these files besides. */
function trial(files: Readonly<Record<string, string>>): StoredTrial {
  const location = temporary();
  put(join(location, '1'), { 'cfg.mjs': smallConfiguration, ...files });
  return storedTrial(join(location, '1'));
}

const log = '{"step":50,"bestLoss":0.5}\n{"step":100,"bestLoss":0.25}\n';

describe('a trial that was run', { timeout: 60_000 }, () => {
  it('says what its files say', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment() });
    await alcOk(['create', 'experiment.mjs', 'runs', '--amount=2'], { cwd });
    await alcOk(['run', 'runs/2'], { cwd });
    const location = join(cwd, 'runs');
    const [first, second] = await all(location);
    expect(first).toMatchObject({ index: 1, state: 'no result', step: null, bestLoss: null, pars });
    expect([first?.info, first?.report, first?.run]).toEqual([undefined, undefined, undefined]);
    const lines = read(location, '2/log.jsonl').trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '');
    expect(second).toEqual({
      index: 2,
      directory: join(location, '2'),
      state: 'finished',
      step: 200,
      bestLoss: last.bestLoss,
      pars,
      seed: Number(/seed = (\d+)/.exec(read(location, '2/cfg.mjs'))?.[1]),
      info: last,
      report: JSON.parse(read(location, '2/report-last.json')),
      run: JSON.parse(read(location, '2/run.json')),
    });
    expect(readTrialLog(join(location, '2'))).toEqual(lines.map((line) => JSON.parse(line)));

    // A cfg.mjs that has become a program is not executed: what was trained stands in the checkpoint.
    const cfg = join(location, '2/cfg.mjs');
    writeFileSync(cfg, `process.exit(1);\n${readFileSync(cfg, 'utf8')}`);
    expect(storedTrial(join(location, '2'))).toEqual(second);
  });
});

describe('a trial', () => {
  it('that was interrupted has the newest report', () => {
    const found = trial({
      'checkpoint-2.safetensors': '',
      'log.jsonl': log,
      'report-2.json': '2',
      'report-10.json': '{ "loss": "NaN" }',
    });
    expect(found).toMatchObject({ state: 'unfinished', step: 100, bestLoss: 0.25, report: { loss: 'NaN' } });
  });

  it('whose log is being written has the last line that is whole', () => {
    const found = trial({ 'log.jsonl': `${log}{"step":15` });
    expect(found.info).toEqual({ step: 100, bestLoss: 0.25 });
    expect(readTrialLog(found.directory).map(({ step }) => step)).toEqual([50, 100]);
    expect(readTrialLog(temporary())).toEqual([]);
  });

  it('has diverged if its log says so, or run.json', () => {
    const diverged = '{"step":3,"bestLoss":1,"trainLoss":"NaN"}\n';
    expect(trial({ 'log.jsonl': diverged, 'report-last.json': '0' }).state).toBe('diverged');
    const files = { 'log.jsonl': log, 'report-last.json': '0' };
    expect(trial({ ...files, 'run.json': '{"state":"diverged"}' }).state).toBe('diverged');
    expect(trial({ ...files, 'run.json': '{"state":"failed"}' }).state).toBe('finished');
  });

  it('that cannot be read without executing it has no parameters, and says why', () => {
    const { pars, seed, unreadable } = trial({ 'cfg.mjs': 'export const pars = { a: 1 + 1 };' });
    expect([pars, seed]).toEqual([undefined, undefined]);
    expect(unreadable).toMatch(/cfg\.mjs: line 1: expected '}', got "\+ 1 };"$/);
  });

  it.each(['log.jsonl', 'report-last.json'])('with a damaged %s says the rest', (name) => {
    const found = trial({ 'log.jsonl': log, 'report-last.json': '7', 'run.json': '{"seconds":3}', [name]: '{\n' });
    expect(found.state).toBe('damaged');
    expect(found.damage).toMatch(new RegExp(`/1/${name}: `));
    const rest = { info: 'log.jsonl', report: 'report-last.json', run: 'run.json' } as const;
    for (const [key, file] of Object.entries(rest))
      expect(key in found && found[key as keyof typeof rest] !== undefined, key).toBe(file !== name);
    expect(found.pars).toEqual(pars);
  });

  it('with a damaged run.json, which is no result, is as one without', () => {
    const found = trial({ 'log.jsonl': log, 'report-last.json': '7', 'run.json': '{' });
    expect(found).toMatchObject({ state: 'finished', report: 7, run: undefined });
    expect(found).not.toHaveProperty('damage');
  });

  it('that cannot be run again says why', () => {
    expect(trial({ 'cfg.mjs': 'export const pars' }).damage).toMatch(/1\/cfg\.mjs: exports no seed/);
    expect(trial({ 'report-1.json': '7' }).damage).toMatch(
      /none is whole, got report-1\.json; restore it from a backup/,
    );
    expect(trial({ 'report-1.json': '7', 'report-last.json': '7' }).state).toBe('finished');
  });

  it('has null as its last report where that is what was written', () => {
    expect(trial({ 'log.jsonl': log, 'report-1.json': '7', 'report-last.json': 'null' })).toMatchObject({
      state: 'finished',
      report: null,
    });
  });

  it('whose log is a pipe is damaged, and keeps nobody waiting', () => {
    const directory = join(temporary(), '1');
    put(directory, { 'cfg.mjs': smallConfiguration });
    execFileSync('mkfifo', [join(directory, 'log.jsonl')]);
    expect(storedTrial(directory).damage).toMatch(/1\/log\.jsonl: is not a file; move it away/);
  });

  it('whose cfg.mjs is a link to what is not there is damaged, and is not forgotten', async () => {
    const location = temporary();
    mkdirSync(join(location, '1'));
    symlinkSync('nowhere', join(location, '1/cfg.mjs'));
    put(join(location, '2'), { 'cfg.mjs': smallConfiguration });
    expect(await all(location)).toMatchObject([
      { index: 1, state: 'damaged', damage: expect.stringContaining('1/cfg.mjs: is not there, or a link to what') },
      { index: 2, state: 'no result' },
    ]);
  });

  it('that has just been removed is damaged, and keeps none of the others from being read', () => {
    expect(storedTrial(join(temporary(), '1')).damage).toMatch(/\/1: cannot be read, got ENOENT/);
  });
});
