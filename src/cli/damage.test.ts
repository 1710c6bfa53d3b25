// What is damaged or gone in a configuration's directory is never passed over in silence: a run goes on from what is
// whole, or refuses and says how to start over, and whoever looks at the configurations is told.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, results, root, temporary } from '../testing/alc.ts';
import { smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const timeout = 60_000;
const module = join(root, 'src/testing/counting-experiment.ts');

/** A location with a configuration that was interrupted so many times, once after each step. */
async function interrupted(times: number): Promise<string> {
  const location = temporary();
  await alcOk(['create', module, location]);
  for (let i = 0; i < times; i++) expect((await alc(['run', join(location, '1'), '--time-limit=0ms'])).code).toBe(9);
  return location;
}

async function uncut() {
  const location = await interrupted(0);
  await alcOk(['run', location]);
  return results(join(location, '1'));
}

const bytesOf = ({ report, log }: ReturnType<typeof results>) => ({ report, log });
const expected = bytesOf(await uncut());
const lineageOf = (location: string) => JSON.parse(read(location, '1/run.json')).lineage;

function removeCheckpoints(directory: string): void {
  for (const name of readdirSync(directory)) if (name.startsWith('checkpoint')) rmSync(join(directory, name));
}

describe('a log with a damaged byte', { timeout }, () => {
  it('is written anew from the checkpoint before, if that counts on what is whole of it', async () => {
    const location = await interrupted(2);
    put(location, { '1/log.jsonl': read(location, '1/log.jsonl').replace('"step":2', '"step":3') });
    const { code, stderr } = await alc(['run', join(location, '1')]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/1: checkpoint-2 cannot be continued: .*log\.jsonl: is damaged, .*; passed over\n/);
    expect(stderr).toContain('continuing at step 1, from checkpoint 1\n');
    expect(bytesOf(results(join(location, '1')))).toEqual(expected);
  });

  it('that all checkpoints count on is refused, with what to do, and is no run', async () => {
    const location = await interrupted(2);
    put(location, { '1/log.jsonl': read(location, '1/log.jsonl').replace('"step":1', '"step":0') });
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, stderr } = await alc(['run', join(location, '1')]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('log.jsonl: is damaged, its first')]);
      expect(stderr).toMatch(/; restore it from a backup, or remove all but cfg\.mjs there to start over\n$/);
    }
    expect(lineageOf(location)).toHaveLength(2);
  });
});

describe('a trial without the checkpoints it had', { timeout }, () => {
  it('is refused and named, with how to start over', async () => {
    const location = await interrupted(2);
    await alcOk(['create', module, location]);
    removeCheckpoints(join(location, '1'));
    const sentence = `${location}/1: training had got to a checkpoint, but none is whole, got report-1.json, report-2.json; restore`;
    const alone = await alc(['run', join(location, '1')]);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining(sentence)]);
    expect((await alc(['evaluate', location])).stderr).toContain(sentence);
    const [first] = JSON.parse(await alcOk(['status', location, '--json'])).configurations;
    expect(first).toMatchObject({ index: 1, state: 'failed', reason: expect.stringContaining(sentence) });
    expect(lineageOf(location)).toHaveLength(2);

    const { code, stderr } = await alc(['run', location]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('1: failed: training had got to a checkpoint')]);
    expect(stderr).toContain(`${location}: failed: 1\n`);
    for (const name of readdirSync(join(location, '1'))) if (name !== 'cfg.mjs') rmSync(join(location, '1', name));
    await alcOk(['run', location]);
    expect(bytesOf(results(join(location, '1')))).toEqual(expected);
  });

  it('is refused even if run.json alone tells of them', async () => {
    const location = await interrupted(1);
    removeCheckpoints(join(location, '1'));
    rmSync(join(location, '1/report-1.json'));
    const { code, stderr } = await alc(['run', join(location, '1')]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('no checkpoint is left, though run.json tells of one;'),
    ]);
  });

  it('was perhaps never finite: then it begins again', async () => {
    const trainer = (isSound: boolean) =>
      smallExperiment({
        newTrainer: `() => ({
          step: 0, log: [], bestLoss: Infinity, stopped: false, isFinite: ${isSound},
          async fit({ between }) { this.step++; this.stopped = !(await between()); },
          snapshot: () => new Map(), restore() {}, withBest: (use) => use(),
        })`,
        makeReport: '() => 1',
      });
    const cwd = temporary({ 'experiment.mjs': trainer(false) });
    await alcOk(['create', 'experiment.mjs', 'runs'], { cwd });
    expect((await alc(['run', 'runs/1', '--time-limit=0ms'], { cwd })).code).toBe(9);
    expect(readdirSync(join(cwd, 'runs/1')).sort()).toEqual(['cfg.mjs', 'run.json']);
    put(cwd, { 'experiment.mjs': trainer(true) });
    await alcOk(['run', 'runs/1'], { cwd });
  });
});

describe('a run that is over', { timeout }, () => {
  const finished = async (): Promise<string> => {
    const location = await interrupted(0);
    await alcOk(['create', module, location]);
    await alcOk(['run', location]);
    return location;
  };

  it('whose log is not the one that it has left is damaged, for all who look', async () => {
    const location = await finished();
    const [first = ''] = read(location, '1/log.jsonl').split('\n');
    for (const [log, found] of [
      [`${first}\n`, 'ends with step 1'],
      ['', 'has no line'],
    ] as const) {
      put(location, { '1/log.jsonl': log });
      const sentence = `${location}/1/log.jsonl: ${found}, though the run logged up to `;
      for (const command of ['evaluate', 'export']) {
        const { code, stderr } = await alc([command, location, ...(command === 'export' ? ['--to', 'csv'] : [])]);
        expect([code, stderr]).toEqual([0, expect.stringContaining(sentence)]);
      }
      const [one] = JSON.parse(await alcOk(['status', location, '--json'])).configurations;
      expect(one).toMatchObject({ state: 'failed', reason: expect.stringContaining(sentence) });
      const { code, stderr } = await alc(['run', join(location, '1')]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    }
  });

  it('is missed when its configuration is gone', async () => {
    const location = await finished();
    rmSync(join(location, '1/cfg.mjs'));
    const { stderr } = await alc(['evaluate', location]);
    expect(stderr).toContain(`${location}/1/cfg.mjs: is not there`);
    const { code, stderr: refusal } = await alc(['run', join(location, '1')]);
    expect([code, refusal]).toEqual([2, expect.stringContaining('1/cfg.mjs: is not there')]);
    const all = await alc(['run', location, '--json']);
    const error = expect.stringContaining('cfg.mjs: is not there');
    expect([all.code, JSON.parse(all.stdout)]).toMatchObject([
      1,
      { runs: [{ state: 'failed', error }, {}], failed: [1] },
    ]);
  });

  it('is sound though its last run could not note its end', async () => {
    const location = await interrupted(1);
    const earlier = read(location, '1/run.json');
    await alcOk(['run', location]);
    put(location, { '1/run.json': earlier });
    expect((await alc(['evaluate', location])).stderr).toBe('');
    await alcOk(['run', join(location, '1')]);
  });

  it('without a checkpoint has no parameters to give, and says how to start over', async () => {
    const location = await finished();
    removeCheckpoints(join(location, '1'));
    const { code, stderr } = await alc(['export', join(location, '1'), '--to', 'npz']);
    expect([code, stderr]).toEqual([
      2,
      `${location}/1: the run has finished, but none of its checkpoints is whole; restore it from a backup, or remove all but cfg.mjs there to start over\n`,
    ]);
  });
});

describe.each(['', '{"state":', 'null'])('run.json with %j', { timeout }, (text) => {
  it('does not stand in the way, for it is no result', async () => {
    const location = await interrupted(1);
    put(location, { '1/run.json': text });
    const { code, stderr } = await alc(['run', join(location, '1')]);
    expect(code, stderr).toBe(0);
    if (text !== 'null') expect(stderr).toMatch(/\/1\/run\.json: is not valid JSON .*; set aside as run\.json\.bad\n/);
    expect(bytesOf(results(join(location, '1')))).toEqual(expected);
    put(location, { '1/run.json': text });
    const again = await alc(['run', join(location, '1'), '--json']);
    expect([again.code, JSON.parse(again.stdout).state]).toEqual([0, 'finished']);
    expect((await alc(['evaluate', location])).stderr).toBe('');
  });
});

describe('a last report that is damaged', { timeout }, () => {
  it('is named by all, and made anew once it is removed', async () => {
    const location = await interrupted(0);
    await alcOk(['create', module, location]);
    await alcOk(['run', location]);
    put(location, { '1/report-last.json': '{"a":' });
    const sentence = /1\/report-last\.json: is not valid JSON .*; remove it, and alc run makes it anew/;
    const alone = await alc(['run', join(location, '1')]);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(sentence)]);
    expect(await alc(['evaluate', location])).toMatchObject({ code: 0, stderr: expect.stringMatching(sentence) });
    expect(await alcOk(['status', location])).toMatch(sentence);
    const pool = await alc(['run', location]);
    expect([pool.code, pool.stderr]).toEqual([1, expect.stringMatching(sentence)]);
    expect(pool.stderr).toContain('1 of 2 are finished already');
    rmSync(join(location, '1/report-last.json'));
    await alcOk(['run', location]);
    expect(bytesOf(results(join(location, '1')))).toEqual(expected);
  });
});

it('a configuration that is cut short is named before it is run', { timeout }, async () => {
  const location = await interrupted(0);
  put(location, { '1/cfg.mjs': '// job 1\nexport const pars = {' });
  const sentence = `${location}/1/cfg.mjs: exports no seed; it must contain`;
  expect(await alc(['evaluate', location])).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
  expect(await alcOk(['status', location])).toContain(sentence);
});

it('what is not a checkpoint but has its name is set aside', { timeout }, async () => {
  const location = await interrupted(1);
  mkdirSync(join(location, '1/checkpoint-2.safetensors'));
  const { code, stderr } = await alc(['run', join(location, '1')]);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('is not a file; move it away; set aside as checkpoint-2.safetensors.bad\n');
  expect(bytesOf(results(join(location, '1')))).toEqual(expected);
});

describe('a process that was killed before training began', { timeout }, () => {
  it('is lost, not new', async () => {
    const location = await interrupted(0);
    const lock = {
      host: hostname(),
      bootId: 'another',
      pidNamespace: null,
      pid: 7,
      processStart: '7',
      uuid: 'u',
      since: '2025-01-01T00:00:00Z',
      heartbeat: '000000000001',
    };
    put(location, { '1/.lock-1': JSON.stringify(lock) });
    expect(await alcOk(['status', location])).toContain('1 configuration: 1 lost');
  });
});
