// A pool as users meet it: what it starts, what it says, how it ends, and what is left when it is killed.

import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, type Running, read, removeTemporaries, results, start, temporary } from '../testing/alc.ts';
import { closedGate, cutLocation, cutModule } from '../testing/cuts.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';
import { until } from '../testing/until.ts';

afterAll(removeTemporaries);

const timeout = 120_000;
const endless = { steps: 1e9 };
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // What has ended but was not waited for by anybody still has its number.
    const status = `/proc/${pid}/stat`;
    return !(existsSync(status) && read(status).includes(') Z '));
  } catch {
    return false;
  }
};
/** Of the newest run. It is written as soon as the state of the repository is known, while training goes on. */
const pidOf = async (directory: string): Promise<number> => {
  await until(`run.json of ${directory}`, () => existsSync(join(directory, 'run.json')));
  return JSON.parse(read(directory, 'run.json')).lineage.at(-1).pid;
};
const hasEnded = (pid: number): Promise<void> => until(`the end of process ${pid}`, () => !isAlive(pid));

describe('a pool', { timeout }, () => {
  it.concurrent('that is interrupted saves all that is running and starts nothing more', async () => {
    const location = await cutLocation(endless, endless, endless);
    const { child, ended, says } = start(['run', cutModule, location, '--jobs=2']);
    await Promise.all([says('/1: loaded'), says('/2: loaded')]);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(9);
    expect(stdout.match(/interrupted by SIGINT/g)).toHaveLength(2);
    expect(stderr).not.toContain('failed');
    for (const i of ['1', '2']) {
      expect(existsSync(join(location, i, 'checkpoint-1.safetensors'))).toBe(true);
      // The pool has taken leave of them, and does not wait until they have ended.
      await hasEnded(await pidOf(join(location, i)));
    }
    expect(readdirSync(join(location, '3'))).toEqual(['cfg.mjs']);
  });

  it.concurrent('that is interrupted twice leaves nobody behind', async () => {
    const location = await cutLocation(endless, endless);
    const { env } = closedGate('makeReport');
    const { child, ended, says } = start(['run', cutModule, location, '--jobs=2'], { env });
    const directories = [join(location, '1'), join(location, '2')];
    const pids = await Promise.all(directories.map(pidOf));
    child.kill('SIGTERM');
    await Promise.all([says('/1: reporting'), says('/2: reporting')]);
    child.kill('SIGTERM');
    const { code } = await ended;
    expect(code).toBe(143);
    await Promise.all(pids.map(hasEnded));
    for (const directory of directories) expect(existsSync(join(directory, 'checkpoint-1.safetensors'))).toBe(true);
  });

  it.concurrent('has one time limit for all, and starts nothing after it', async () => {
    const location = await cutLocation(endless, endless, endless, endless, endless);
    const { code, stdout, stderr } = await alc(['run', location, '--time-limit=8s', '--jobs=2']);
    expect([code, stderr.match(/failed/g)]).toEqual([9, null]);
    // On a machine that is slow to start, before they have begun.
    expect(`${stdout}${stderr}`.match(/\/[12]: interrupted by the time limit/g)).toHaveLength(2);
    for (const i of [3, 4, 5]) expect(readdirSync(join(location, `${i}`))).toEqual(['cfg.mjs']);
    expect((await alc(['run', location, '--time-limit=1ms'])).code).toBe(9);
  });

  it.concurrent('ends with 0 when all was finished before the limit was reached', async () => {
    const location = await cutLocation({ steps: 20_000 }, { steps: 20_000 }, { steps: 20_000 });
    expect((await alc(['run', location, '--time-limit=10m', '--jobs=2'])).code).toBe(0);
  });

  it.concurrent('of several that are named runs these alone', async () => {
    const short = { steps: 2000 };
    const location = await cutLocation(short, short, short);
    await alcOk(['run', cutModule, join(location, '3'), join(location, '1')]);
    await alcOk(['run', join(location, '3'), join(location, '1')]);
    expect(upTo(3).map((i) => existsSync(join(location, `${i}/report-last.json`)))).toEqual([true, false, true]);
    const { code, stderr } = await alc(['run', join(location, '1'), temporary()]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('several must be of one location')]);
  });
});

/** What ends a process, or its event loop, without a word. */
const silent = {
  'a newTrainer that never comes': [{ newTrainer: '() => new Promise(() => {})' }, 'waits for a promise'],
  'a makeReport that never comes': [{ makeReport: '() => new Promise(() => {})' }, 'waits for a promise'],
  'process.exit(0)': [{ makeReport: '() => process.exit(0)' }, 'before it was done'],
} as const;

describe('a run that ends without a word', { timeout }, () => {
  it.concurrent.each(Object.entries(silent))('is a failure, alone and in a pool: %s', async (_, [functions, words]) => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment(functions), 'runs/1/cfg.mjs': smallConfiguration });
    put(cwd, { 'runs/2/cfg.mjs': smallConfiguration });
    const one = await alc(['run', 'experiment.mjs', 'runs/1'], { cwd });
    expect([one.code, one.stderr]).toEqual([1, expect.stringContaining(words)]);
    const all = await alc(['run', 'experiment.mjs', 'runs', '--jobs=1'], { cwd });
    expect(all.code).toBe(1);
    for (const i of [1, 2]) expect(all.stderr).toMatch(new RegExp(`^runs/${i}: failed: .*${words}`, 'm'));
    expect(all.stderr).toContain('runs: failed: 1, 2\n');
  });

  it.concurrent('in its cfg.mjs is a failure too, and the others are run', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment(), 'runs/2/cfg.mjs': smallConfiguration });
    put(cwd, { 'runs/1/cfg.mjs': `await new Promise(() => {});\n${smallConfiguration}` });
    const { code, stdout, stderr } = await alc(['run', 'experiment.mjs', 'runs', '--jobs=1', '--json'], { cwd });
    const error = expect.stringContaining('a promise that nothing will ever settle');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { runs: [{ directory: 'runs/1', state: 'failed', error }, { state: 'finished' }], failed: [1] },
    ]);
    expect(stderr).toContain('runs/1: failed: ');
    expect((await alc(['run', 'experiment.mjs', 'runs/1'], { cwd })).code).toBe(1);
  });
});

describe('what a pool says', { timeout }, () => {
  it.concurrent('is JSON whatever the module prints, which stands in output.txt', async () => {
    const makeReport =
      '(pars, trainer, data) => { console.log("hi", data.val.length); console.error("ho"); return { loss: 1 }; }';
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ makeReport }) });
    await alcOk(['create', 'experiment.mjs', 'runs', '--amount=3'], { cwd });
    const { runs, failed } = JSON.parse(await alcOk(['run', 'runs', '--json', '--jobs=2'], { cwd }));
    expect([runs.length, failed]).toEqual([3, []]);
    for (const i of upTo(3)) expect(read(cwd, `runs/${i}/output.txt`)).toBe('hi 2\nho\n');
  });

  it.concurrent('is a line for each event, with the name of the configuration', async () => {
    const location = await cutLocation({ steps: 4000 }, { steps: 4000 }, { steps: 4000 });
    const { stdout, stderr } = await alc(['run', location, '--jobs=2']);
    const lines = stdout.trimEnd().split('\n').sort();
    expect(lines).toEqual(upTo(3).map((i) => expect.stringMatching(new RegExp(`/${i}: finished: step 4000, `))));
    for (const line of stderr.trimEnd().split('\n')) expect(line.startsWith(`${location}/`), line).toBe(true);
    for (const line of lines) expect(line).toMatch(/loss \d\.\d{1,6}(e-\d+)?, \d+(\.\d)? m?s of training$/);
  });

  it.concurrent('of a module that cannot be loaded is said once, and nothing is begun', async () => {
    const cwd = temporary({ 'experiment.mjs': 'export default {', 'runs/1/cfg.mjs': smallConfiguration });
    for (const i of upTo(6)) put(cwd, { [`runs/${i}/cfg.mjs`]: smallConfiguration });
    const { code, stdout, stderr } = await alc(['run', 'experiment.mjs', 'runs', '--jobs=3'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^experiment\.mjs: could not be loaded: [^\n]*\n$/);
    for (const i of upTo(6)) expect(readdirSync(join(cwd, `runs/${i}`))).toEqual(['cfg.mjs']);
  });

  it.concurrent('never offers a debugger, however early the signal', async () => {
    const location = await cutLocation(endless, endless);
    const pool = start(['run', cutModule, location, '--jobs=2']);
    await pool.says('/1: loading');
    pool.child.kill('SIGUSR1');
    const { code, stderr } = await pool.ended;
    expect([code, stderr]).toEqual([9, expect.not.stringContaining('Debugger')]);
  });
});

describe('failures', { timeout }, () => {
  const failing = smallExperiment({
    loadData:
      "(pars, { seed }) => { if (seed === 7) throw new Error('no data'); return { train: split, val: split }; }",
  });
  const location = (): string => {
    const cwd = temporary({ 'experiment.mjs': failing });
    for (const i of upTo(4)) put(cwd, { [`runs/${i}/cfg.mjs`]: smallConfiguration.replace('5', i === 1 ? '7' : '5') });
    return cwd;
  };

  it.concurrent('are tried again as often as is said', async () => {
    const { code, stdout, stderr } = await alc(['run', 'experiment.mjs', 'runs', '--jobs=1', '--retry=2'], {
      cwd: location(),
    });
    expect([code, stdout.match(/finished/g)]).toEqual([1, ['finished', 'finished', 'finished']]);
    expect(stderr.match(/runs\/1: failed: loadData: no data [^\n]*; once more\n/g)).toHaveLength(2);
    expect(stderr.match(/runs\/1: failed: /g)).toHaveLength(3);
  });

  it.concurrent('stop all with --fail-fast', async () => {
    const cwd = location();
    const { code, stdout } = await alc(['run', 'experiment.mjs', 'runs', '--jobs=1', '--fail-fast'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(readdirSync(join(cwd, 'runs/2'))).toEqual(['cfg.mjs']);
  });
});

describe('a process that is killed', { timeout }, () => {
  const pars = { steps: 200_000 };
  const args = (location: string): string[] => ['run', cutModule, location, '--jobs=2', '--checkpoint-every=30ms'];
  const uncut = cutLocation(pars, pars, pars).then(async (location) => {
    await alcOk(args(location));
    return location;
  });
  const expectSame = async (location: string): Promise<void> => {
    for (const i of ['1', '2', '3']) expect(results(join(location, i))).toEqual(results(join(await uncut, i)));
  };
  const hasCheckpoint = (directory: string, { child }: Running): Promise<void> =>
    until('a checkpoint', () => readdirSync(directory).some((name) => name.startsWith('checkpoint-')), { child });

  it.concurrent('as a worker, is told; the others go on, and it can be continued to the same bytes', async () => {
    const location = await cutLocation(pars, pars, pars);
    // Until it is killed, its worker cannot get to another configuration.
    const gate = closedGate('training');
    const pool = start(args(location), { env: gate.env });
    await pool.says('/1: loaded');
    await hasCheckpoint(join(location, '1'), pool);
    process.kill(await pidOf(join(location, '1')), 'SIGKILL');
    gate.open('training');
    const { code, stderr } = await pool.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('/1: failed: its process was killed by SIGKILL')]);
    await alcOk(args(location));
    await expectSame(location);
  });

  it.concurrent('as a worker, is replaced with --retry', async () => {
    const location = await cutLocation(pars, pars, pars);
    // Until it is killed, its worker cannot get to another configuration.
    const gate = closedGate('training');
    const pool = start([...args(location), '--retry=1'], { env: gate.env });
    await pool.says('/2: loaded');
    await hasCheckpoint(join(location, '2'), pool);
    process.kill(await pidOf(join(location, '2')), 'SIGKILL');
    gate.open('training');
    expect((await pool.ended).code).toBe(0);
    await expectSame(location);
  });

  it.concurrent('as the pool, leaves nobody behind: its workers save and end', async () => {
    const location = await cutLocation(endless, endless, endless);
    const pool = start(['run', cutModule, location, '--jobs=2']);
    await Promise.all([pool.says('/1: loaded'), pool.says('/2: loaded')]);
    pool.child.kill('SIGKILL');
    await pool.ended;
    for (const i of ['1', '2']) {
      await hasEnded(await pidOf(join(location, i)));
      const saved = readdirSync(join(location, i));
      expect(saved).toEqual(expect.arrayContaining(['checkpoint-1.safetensors', 'report-1.json']));
      expect(saved.filter((name) => name.startsWith('.'))).toEqual([]);
    }
    expect(readdirSync(join(location, '3'))).toEqual(['cfg.mjs']);
  });

  it.concurrent('as the pool, is continued to the same bytes', async () => {
    const location = await cutLocation(pars, pars, pars);
    const gate = closedGate('training');
    const pool = start(args(location), { env: gate.env });
    await pool.says('/1: loaded');
    await hasCheckpoint(join(location, '1'), pool);
    pool.child.kill('SIGKILL');
    await once(pool.child, 'exit');
    gate.open('training');
    await pool.ended;
    await alcOk([...args(location), '--wait']);
    await expectSame(location);
  });
});

describe('a worker', { timeout }, () => {
  /** Loads counted in a file; `a` decides what is loaded. */
  const counting = (more = '') =>
    smallExperiment({
      head: `import { appendFileSync } from 'node:fs';\n${smallExperiment().split('\n')[0]}`,
      loadData:
        "(pars) => { appendFileSync('loads', pars.a + '\\n'); return { train: split, val: split, test: split }; }",
    }).replace('export default {', `export default {${more}`);
  const loads = async (source: string): Promise<string[]> => {
    const cwd = temporary({ 'experiment.mjs': source });
    for (const [i, a] of [1, 1, 2, 2, 2, 1].entries()) {
      const cfg = smallConfiguration.replace('hidden', `a: ${a}, b: ${i}, hidden`);
      put(cwd, { [`runs/${i + 1}/cfg.mjs`]: cfg });
    }
    await alcOk(['run', 'experiment.mjs', 'runs', '--jobs=1'], { cwd });
    return read(cwd, 'loads').trimEnd().split('\n');
  };

  it.concurrent('loads data once for configurations that agree in what loadData reads', async () => {
    expect(await loads(counting())).toEqual(['1', '2', '1']);
  });

  it.concurrent('loads them for each where the experiment says so', async () => {
    expect(await loads(counting('isolated: true,'))).toHaveLength(6);
  });
});
