// Two runs of one configuration: one is the writer, the others are told so, and nothing is spoilt.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, type Results, read, removeTemporaries, results, start } from '../testing/alc.ts';
import { closedGate, cutLocation, cutModule, type SomePars } from '../testing/cuts.ts';
import { harass } from '../testing/fights.ts';
import { generator } from '../testing/random.ts';
import { until } from '../testing/until.ts';

afterAll(removeTemporaries);

const timeout = 60_000;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Long enough to be stopped in the midst of it. */
const long = { steps: 600_000 };
const here = { bootId: readBootId(), host: hostname() };

function readBootId(): string | null {
  const path = '/proc/sys/kernel/random/boot_id';
  return existsSync(path) ? readFileSync(path, 'latin1').trim() : null;
}

/** A lock file as of another process. */
function lockOf(changes: Record<string, unknown>): string {
  const holder = { ...here, pidNamespace: null, pid: 7, processStart: '7', uuid: 'u', since: '2025-01-01T00:00:00Z' };
  return `${JSON.stringify({ ...holder, heartbeat: '000000000001', ...changes })}\n`;
}

const uncutResults = new Map<string, Promise<Results>>();

/** The results of an uncut run. */
function uncut(pars: SomePars = long): Promise<Results> {
  const key = JSON.stringify(pars);
  const known = uncutResults.get(key) ?? runUncut(pars);
  uncutResults.set(key, known);
  return known;
}

async function runUncut(pars: SomePars): Promise<Results> {
  const directory = join(await cutLocation(pars), '1');
  await alcOk(['run', cutModule, directory]);
  return results(directory);
}

/** A run that has logged something, is far from a checkpoint, and does not end before it may. */
async function running(directory: string) {
  const gate = closedGate('training');
  const first = start(['run', cutModule, directory, '--checkpoint-every=1h'], { env: gate.env });
  const log = join(directory, 'log.jsonl');
  await until('a line of the log', () => existsSync(log) && read(log) !== '', { child: first.child });
  return { ...first, mayEnd: () => gate.open('training') };
}

describe('of two runs of one configuration', { timeout }, () => {
  it('the second is told who the first is, and ends with 5', async () => {
    const directory = join(await cutLocation(long), '1');
    const { child, ended, mayEnd } = await running(directory);
    child.kill('SIGSTOP');
    const { code, stdout, stderr } = await alc(['run', cutModule, directory, '--checkpoint-every=1h']);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(
      /^\S+\/1: is being run by process \d+ on host \S+ since 20\S+Z; wait for it or stop it first\n$/,
    );
    expect(stderr).toContain(`${directory}: is being run by process ${child.pid} on host ${hostname()} since`);
    child.kill('SIGCONT');
    mayEnd();
    expect((await ended).code).toBe(0);
    expect(results(directory)).toEqual(await uncut());
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(JSON.parse(read(directory, 'run.json')).lineage).toHaveLength(1);
  });

  it('the second can be killed at any time and spoils nothing', async () => {
    const directory = join(await cutLocation(long), '1');
    const { child, ended, mayEnd } = await running(directory);
    const random = generator(3);
    for (let i = 0; i < 4; i++) {
      child.kill('SIGSTOP');
      const second = start(['run', cutModule, directory, '--checkpoint-every=1h']);
      await sleep(400 * random());
      second.child.kill('SIGKILL');
      await second.ended;
      child.kill('SIGCONT');
      await sleep(20);
      expect(readFileSync(join(directory, 'log.jsonl')).includes(0)).toBe(false);
    }
    mayEnd();
    expect((await ended).code).toBe(0);
    expect(results(directory)).toEqual(await uncut());
  });

  it('the second takes over at once when the first was killed', async () => {
    const directory = join(await cutLocation(long), '1');
    const { child, ended } = await running(directory);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(directory)).toContain('.lock-1');
    await alcOk(['run', cutModule, directory]);
    expect(results(directory)).toEqual(await uncut());
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('the second waits if asked to, and then has nothing to do', async () => {
    const directory = join(await cutLocation(long), '1');
    const first = await running(directory);
    first.child.kill('SIGSTOP');
    const second = start(['run', cutModule, directory, '--wait']);
    await second.says(`${directory}: waiting for process ${first.child.pid} on host ${hostname()}\n`);
    first.child.kill('SIGCONT');
    first.mayEnd();
    expect((await first.ended).code).toBe(0);
    const { code, stderr } = await second.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('nothing to do: the run has finished');
    expect(results(directory)).toEqual(await uncut());
  });

  it('the second goes on where the first was interrupted, if it waits', async () => {
    const directory = join(await cutLocation(long), '1');
    const first = await running(directory);
    first.child.kill('SIGSTOP');
    const second = start(['run', cutModule, directory, '--wait']);
    await second.says('waiting for process');
    first.child.kill('SIGTERM');
    first.child.kill('SIGCONT');
    await first.says('SIGTERM: saving');
    first.mayEnd();
    expect((await first.ended).code).toBe(9);
    const { code, stderr } = await second.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('continuing at step');
    expect(results(directory)).toEqual(await uncut());
  });

  it('the first stops when it was taken over, and writes no more', async () => {
    const directory = join(await cutLocation({ steps: 1e9 }), '1');
    const { child, ended } = await running(directory);
    await until('run.json', () => existsSync(join(directory, 'run.json')), { child });
    put(directory, { '.lock-2': lockOf({ host: 'elsewhere' }) });
    rmSync(join(directory, '.lock-1'));
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain(`${directory}: was taken over by process 7 on host elsewhere, as this process had shown`);
    expect(readdirSync(directory).sort()).toEqual(['.lock-2', 'cfg.mjs', 'log.jsonl', 'run.json']);
    expect(JSON.parse(read(directory, 'run.json')).state).toBe('running');
  });
});

describe('a lock that was left', { timeout }, () => {
  it.runIf(here.bootId !== null)('before the machine was started anew is of no account', async () => {
    const directory = join(await cutLocation(long), '1');
    put(directory, { '.lock-5': lockOf({ bootId: 'another', pid: process.pid }) });
    await alcOk(['run', cutModule, directory]);
    expect(results(directory)).toEqual(await uncut());
  });

  it('on another host is believed until it is removed', async () => {
    const directory = join(await cutLocation({ steps: 20_000 }), '1');
    put(directory, { '.lock-5': lockOf({ host: 'elsewhere' }) });
    const { code, stderr } = await alc(['run', cutModule, directory]);
    expect(code).toBe(5);
    expect(stderr).toBe(
      `${directory}: is being run by process 7 on host elsewhere since 2025-01-01T00:00:00Z, unchanged for 0 s; ` +
        'wait for it or stop it first; --wait takes over if that host is dead\n',
    );
    expect(readdirSync(directory).sort()).toEqual(['.lock-5', 'cfg.mjs']);
    rmSync(join(directory, '.lock-5'));
    await alcOk(['run', cutModule, directory]);
    expect(results(directory)).toEqual(await uncut({ steps: 20_000 }));
  });

  it('can be waited for, and the wait interrupted', async () => {
    const directory = join(await cutLocation(long), '1');
    put(directory, { '.lock-5': lockOf({ host: 'elsewhere' }) });
    const { child, ended, says } = start(['run', cutModule, directory, '--wait']);
    await says('waiting for process 7 on host elsewhere');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([9, '']);
    expect(stderr).toContain('interrupted by SIGTERM while waiting; run it again to continue');
    expect((await alc(['run', cutModule, directory, '--wait', '--time-limit=1s'])).code).toBe(9);
    expect(readdirSync(directory).sort()).toEqual(['.lock-5', 'cfg.mjs']);
  });

  it('does not matter to who looks at what is finished', async () => {
    const directory = join(await cutLocation({ steps: 20_000 }), '1');
    await alcOk(['run', cutModule, directory]);
    put(directory, { '.lock-5': lockOf({ host: 'elsewhere' }) });
    const { code, stderr } = await alc(['run', cutModule, directory]);
    expect(code).toBe(0);
    expect(stderr).toContain('nothing to do: the run has finished');
    expect(readdirSync(directory)).toContain('.lock-5');
  });
});

describe('a pool', { timeout }, () => {
  it('leaves to others what they run', async () => {
    const short = { steps: 20_000 };
    const location = await cutLocation(short, short, short);
    put(location, { '2/.lock-5': lockOf({ host: 'elsewhere' }) });
    const { code, stdout, stderr } = await alc(['run', location, '--jobs=2', '--json']);
    expect(code).toBe(0);
    expect(stderr).toContain(`${location}/2: is being run by process 7 on host elsewhere`);
    expect(stderr).toContain(`${location}: skipped, as others run them: 2\n`);
    expect(stderr).not.toContain('failed');
    const { runs, failed, skipped } = JSON.parse(stdout);
    expect([runs.length, failed, skipped]).toEqual([2, [], [2]]);
    expect(readdirSync(join(location, '2')).sort()).toEqual(['.lock-5', 'cfg.mjs']);
  });

  it('and another one share the work', async () => {
    const pars = { steps: 40_000 };
    const location = await cutLocation(pars, pars, pars, pars);
    const pools = await Promise.all([1, 2].map(() => alc(['run', location, '--jobs=2'])));
    for (const { code, stderr } of pools) {
      expect(code, stderr).toBe(0);
      expect(stderr).not.toContain('failed');
    }
    const finished = pools.flatMap(({ stdout }) => stdout.match(/\/\d: finished/g) ?? []);
    expect(finished.sort()).toEqual(['/1: finished', '/2: finished', '/3: finished', '/4: finished']);
    for (const i of ['1', '2', '3', '4']) {
      expect(readdirSync(join(location, i)).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });
});

it('eight that run one configuration and are killed and stopped give its bytes', { timeout: 120_000 }, async () => {
  const pars = { steps: 300_000 };
  const directory = join(await cutLocation(pars), '1');
  let [isOver, refusals, cuts] = [false, 0, 0];
  const run = () => start(['run', cutModule, directory, '--checkpoint-every=30ms']);
  const runs = Array.from({ length: 8 }, run);
  const children = runs.map(({ child }) => child);
  const keep = async (index: number): Promise<void> => {
    while (!isOver) {
      const { code, signal, stderr } = (await runs[index]?.ended) ?? {};
      if (code === 0) isOver = true;
      else if (code === 5) refusals++;
      else if (signal === 'SIGKILL') cuts++;
      else throw new Error(`ended with ${code ?? signal}\n${stderr}`);
      if (isOver) return;
      await sleep(100);
      const next = run();
      runs[index] = next;
      children[index] = next.child;
    }
  };
  const all = Promise.all(children.map((_, index) => keep(index)));
  // One that is killed is started again above.
  const kill = (old: (typeof children)[number]) => {
    old.kill('SIGKILL');
    return old;
  };
  const { stops } = await harass(children, directory, 6, 8, kill);
  await all;
  console.log(`8 runs of one configuration: ${refusals} refused, ${cuts} killed, ${stops} stops; same bytes`);
  expect(results(directory)).toEqual(await uncut(pars));
  expect(refusals).toBeGreaterThan(0);
  expect(cuts).toBeGreaterThan(0);
});
