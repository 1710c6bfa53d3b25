// The epoch lock: who gets it, who is refused, who is believed to be dead, and what is left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LockError } from '../errors.ts';
import { setClock } from '../testing/clock.ts';
import { fight, startWithLock } from '../testing/fights.ts';
import { until } from '../testing/until.ts';
import { EpochLock, type LockTimes } from './lock.node.ts';
import { TrialDirectory } from './trial.node.ts';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return { ...real, linkSync: vi.fn(real.linkSync), readdirSync: vi.fn(real.readdirSync) };
});
vi.mock('node:os', async (original) => {
  const real = await original<typeof import('node:os')>();
  return { ...real, hostname: vi.fn(real.hostname) };
});
const real = await vi.importActual<typeof import('node:fs')>('node:fs');

let directory: string;
const locks: EpochLock[] = [];

beforeEach(() => {
  directory = fs.mkdtempSync(join(os.tmpdir(), 'alc-lock-'));
});

afterEach(() => {
  for (const lock of locks.splice(0)) lock.release();
  vi.resetAllMocks();
  fs.rmSync(directory, { recursive: true, force: true });
});

function newLock(times: Partial<LockTimes> = {}): EpochLock {
  const lock = new EpochLock(directory, times);
  locks.push(lock);
  return lock;
}

const names = () => real.readdirSync(directory).sort();
const text = (number: number) => fs.readFileSync(join(directory, `.lock-${number}`), 'utf8');
const read = (number: number) => JSON.parse(text(number));
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What this process writes into its lock files. */
const own: Readonly<Record<string, unknown>> = (() => {
  const place = real.mkdtempSync(join(os.tmpdir(), 'alc-lock-'));
  const lock = new EpochLock(place);
  lock.acquire();
  const found = JSON.parse(real.readFileSync(join(place, '.lock-1'), 'utf8'));
  lock.release();
  real.rmdirSync(place);
  return found;
})();

/** A lock file of somebody like this process but for what is given. */
function put(number: number, changes: Record<string, unknown>): void {
  const lock = { ...own, uuid: 'other', ...changes };
  fs.writeFileSync(join(directory, `.lock-${number}`), `${JSON.stringify(lock)}\n`);
}

/** Stops `performance.now()`; the returned function lets milliseconds pass. */
function ourClock(): (milliseconds: number) => void {
  let passing = 0;
  onTestFinished(
    setClock(() => {
      const passed = passing;
      passing = 0;
      return passed;
    }),
  );
  return (milliseconds) => {
    passing += milliseconds;
  };
}

async function lineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve));
}

describe('the lock', () => {
  it('is for one, who may ask for it again', () => {
    const lock = newLock();
    lock.acquire();
    lock.acquire();
    lock.check();
    expect(names()).toEqual(['.lock-1']);
    expect(read(1)).toMatchObject({ host: os.hostname(), pid: process.pid, heartbeat: '000000000000' });
    const other = newLock();
    for (let i = 0; i < 3; i++) expect(() => other.acquire()).toThrow(LockError);
    expect(names()).toEqual(['.lock-1']);
  });

  it('says who has it', () => {
    newLock().acquire();
    const { since } = read(1);
    const message = `${directory}: is being run by process ${process.pid} on host ${os.hostname()} since ${since}; wait for it or stop it first`;
    expect(() => newLock().acquire()).toThrow(expect.objectContaining({ message, exitCode: 5 }));
    expect(since).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('leaves nothing behind when it is released', () => {
    for (let i = 0; i < 3; i++) {
      const lock = newLock();
      lock.acquire();
      expect(() => newLock().acquire()).toThrow(LockError);
      lock.release();
      lock.release();
      expect(names()).toEqual([]);
    }
  });

  it('may be acquired again by who released it', () => {
    const lock = newLock();
    for (let i = 0; i < 3; i++) {
      lock.acquire();
      lock.check();
      lock.release();
    }
    expect(names()).toEqual([]);
  });

  it('is of no concern to who never acquired it', () => {
    put(3, {});
    const lock = newLock();
    lock.check();
    lock.glance();
    lock.release();
    expect(names()).toEqual(['.lock-3']);
  });

  it('needs a directory', () => {
    const lock = new EpochLock(join(directory, 'none'));
    expect(() => lock.acquire()).toThrow(/none: cannot be read, got ENOENT, .*; check that its directory exists/);
  });

  it('is released when its process leaves on purpose', async () => {
    const child = startWithLock('const lock = new EpochLock(args[0]); lock.acquire(); process.exit(3);', directory);
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(3);
    expect(names()).toEqual([]);
  });
});

describe('on the same host', () => {
  const HOLDER = "new EpochLock(args[0]).acquire(); process.stdout.write('mine'); setInterval(() => {}, 1e6);";

  it('a process that was killed has lost it at once, one that is stopped has not', async () => {
    const child = startWithLock(HOLDER, directory);
    await lineOf(child);
    child.kill('SIGSTOP');
    expect(() => newLock().acquire()).toThrow(`process ${child.pid} `);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    newLock().acquire();
    expect(names()).toEqual(['.lock-2']);
  });

  it.runIf(fs.existsSync('/proc'))('so has one whose parent never asks for it', async () => {
    const shell = `"$0" --input-type=module -e "$1" "$2" & echo $!; exec sleep 60`;
    const source = `import { EpochLock } from '${new URL('../../dist/storage/lock.node.js', import.meta.url)}'; const args = process.argv.slice(1); ${HOLDER}`;
    const parent = spawn('sh', ['-c', shell, process.execPath, source, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number.parseInt(await lineOf(parent), 10);
    try {
      await until('its lock', () => fs.existsSync(join(directory, '.lock-1')), { child: parent });
      expect(() => newLock().acquire()).toThrow(`process ${pid} `);
      process.kill(pid, 'SIGKILL');
      const isZombie = () => /\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'));
      await until('its death', isZombie, { child: parent });
      newLock().acquire();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it.each([
    ['another start of the machine', { bootId: 'another' }],
    ['another process of the same number', { processStart: '1' }],
    ['a number that no process has', { pid: 2 ** 31 - 1 }],
    ['such a number, and no start time', { pid: 2 ** 31 - 1, processStart: null }],
  ])('it is free if its file is of %s', (_, changes) => {
    put(41, changes);
    newLock().acquire();
    expect(names()).toEqual(['.lock-42']);
  });

  it.each([
    ['it runs', {}],
    ['it runs, and start times are not known', { processStart: null }],
    // Of process 1 as a user who may not send it a signal: it is there all the same.
    ['somebody else owns the process', { pid: 1, processStart: null }],
  ])('it is taken as long as %s', (_, changes) => {
    put(41, { ...changes, heartbeat: '000000000007' });
    const lock = newLock({ silence: 0 });
    for (let i = 0; i < 3; i++) expect(() => lock.acquire()).toThrow(LockError);
    expect(names()).toEqual(['.lock-41']);
  });

  it.each([
    ['nothing', ''],
    ['zeros', '\0'.repeat(300)],
    ['half of it', '{"host":"x","pid":1'],
    ['something else', '[1, 2]'],
    ['a process that is a group', `{"host":"x","pid":-1}`],
    ['prototypes', '{"__proto__":{"released":false}}'],
    ['too much', `{"host":"${'x'.repeat(100_000)}"}`],
  ])('a file that holds %s locks nobody out', (_, content) => {
    fs.writeFileSync(join(directory, '.lock-3'), content);
    newLock().acquire();
    expect(names()).toEqual(['.lock-4']);
  });

  it.each([0, -1, 1.5, 2 ** 40, '1'])('process %s is nobody', (pid) => {
    put(1, { pid });
    newLock().acquire();
    expect(names()).toEqual(['.lock-2']);
  });

  it('what has not a lock’s name is left alone', () => {
    const others = ['.lock', '.lock-0', '.lock-01', '.lock-x', 'lock-9', '.lock-9.json', '.lock-1234567890123456'];
    for (const name of others) fs.writeFileSync(join(directory, name), '');
    const lock = newLock();
    lock.acquire();
    expect(names()).toEqual([...others, '.lock-1'].sort());
    lock.release();
    expect(names()).toEqual(others.sort());
  });

  it('all that lie there must be of dead processes', () => {
    put(3, {});
    put(5, { bootId: 'another' });
    expect(() => newLock().acquire()).toThrow(LockError);
    put(3, { processStart: '1' });
    newLock().acquire();
    expect(names()).toEqual(['.lock-6']);
  });
});

describe('on another host', () => {
  const beaten = { host: 'elsewhere', bootId: 'another', pid: 7, heartbeat: '000000000001' };

  it.each([
    ['another name', beaten],
    ['another name of the same machine, in a container', { ...beaten, bootId: undefined }],
    ['the same name and other process numbers, in a container', { pidNamespace: 'pid:[1]', heartbeat: '000000000001' }],
  ])('with %s it is taken at once, and free after a silence', (_, changes) => {
    put(5, { ...changes, ...('bootId' in changes && { bootId: changes.bootId ?? own.bootId }) });
    const pass = ourClock();
    const lock = newLock({ silence: 1000 });
    expect(() => lock.acquire()).toThrow(/, unchanged for 0 s; wait for it or stop it first; --wait takes over if/);
    pass(999);
    expect(() => lock.acquire()).toThrow(LockError);
    pass(1);
    lock.acquire();
    expect(names()).toEqual(['.lock-6']);
  });

  it('it lives as long as its heart beats, whatever its clock says', async () => {
    const lock = newLock({ silence: 100 });
    for (let beat = 1; beat <= 8; beat++) {
      put(5, { ...beaten, heartbeat: String(beat).padStart(12, '0') });
      fs.utimesSync(join(directory, '.lock-5'), 0, 0);
      expect(() => lock.acquire()).toThrow('process 7 on host elsewhere');
      await sleep(30);
    }
    await sleep(100);
    lock.acquire();
  });

  it('silence is measured by looking, not remembered of another holder', async () => {
    const lock = newLock({ silence: 50 });
    put(5, beaten);
    expect(() => lock.acquire()).toThrow(LockError);
    await sleep(60);
    put(6, { ...beaten, uuid: 'third' });
    expect(() => lock.acquire()).toThrow(LockError);
  });

  it('several are watched at a time', async () => {
    const lock = newLock({ silence: 40 });
    put(5, beaten);
    put(6, { ...beaten, uuid: 'third' });
    for (let i = 0; i < 2; i++) {
      expect(() => lock.acquire()).toThrow(LockError);
      await sleep(60);
    }
    lock.acquire();
    expect(names()).toEqual(['.lock-7']);
  });

  it('a name that would deceive a terminal is shown without it', () => {
    put(5, { ...beaten, host: 'x\u001b[2J\nforged: line', since: '\u202enow' });
    expect(() => newLock().acquire()).toThrow(/process 7 on host x \[2J forged: line since {2}now, /);
  });
});

describe('whoever was taken over', () => {
  /** What somebody on another host does. */
  function takeOver(): void {
    put(2, { pid: 99, host: 'elsewhere' });
    fs.unlinkSync(join(directory, '.lock-1'));
  }

  it('is told, now and ever after, and touches nothing', () => {
    const lock = newLock();
    lock.acquire();
    takeOver();
    const message = 'was taken over by process 99 on host elsewhere';
    for (let i = 0; i < 2; i++) expect(() => lock.check()).toThrow(message);
    expect(() => lock.glance()).toThrow(message);
    expect(() => lock.acquire()).toThrow(message);
    const before = text(2);
    lock.release();
    expect(() => lock.check()).toThrow(message);
    expect(names()).toEqual(['.lock-2']);
    expect(text(2)).toBe(before);
  });

  it('may try again afterwards', () => {
    const lock = newLock();
    lock.acquire();
    takeOver();
    expect(() => lock.check()).toThrow(LockError);
    lock.release();
    expect(() => lock.acquire()).toThrow('is being run by process 99');
    fs.unlinkSync(join(directory, '.lock-2'));
    lock.acquire();
    lock.check();
  });

  it('is told at a glance after a while', () => {
    const pass = ourClock();
    const lock = newLock({ glance: 30 });
    lock.acquire();
    lock.glance();
    fs.renameSync(join(directory, '.lock-1'), join(directory, '.lock-3'));
    pass(29);
    lock.glance();
    pass(1);
    expect(() => lock.glance()).toThrow(LockError);
  });

  it.each([
    ['has finished', () => fs.unlinkSync(join(directory, '.lock-1'))],
    ['has removed the directory', () => fs.rmSync(directory, { recursive: true })],
  ])('is told if the other one %s', (_, done) => {
    const lock = newLock();
    lock.acquire();
    done();
    expect(() => lock.check()).toThrow('the lock of this process is gone');
  });

  it('is told even if somebody else has its number now', () => {
    const lock = newLock();
    lock.acquire();
    fs.writeFileSync(join(directory, '.lock-1'), JSON.stringify({ ...read(1), uuid: 'another' }));
    expect(() => lock.check()).toThrow('was taken over by');
  });

  it('writes no more of a trial', async () => {
    const trial = new TrialDirectory(directory);
    trial.acquire();
    trial.sweep();
    expect(trial.newestCheckpoint().checkpoint).toBeUndefined();
    expect(trial.readLog()).toEqual([]);
    trial.appendLog({ step: 1, bestLoss: 1 });
    takeOver();
    await sleep(260);
    const before = names();
    const metadata = {
      alchemie: '0',
      wasm: 'w',
      program: 'p',
      module: 'm',
      data: 'd',
      pars: '{}',
      lineage: [],
      step: 1,
    };
    for (const use of [
      () => trial.sweep(),
      () => trial.newestCheckpoint(),
      () => trial.readLog(),
      () => trial.writeCheckpoint(new Map(), metadata),
      () => trial.syncLog(),
      () => trial.appendLog({ step: 2, bestLoss: 1 }),
      () => trial.writeReport(1, {}),
      () => trial.writeRun({}),
      () => trial.acquire(),
    ]) {
      expect(use).toThrow(LockError);
    }
    trial.close();
    expect(names()).toEqual(before);
    expect(fs.readFileSync(join(directory, 'log.jsonl'), 'utf8')).toBe('{"step":1,"bestLoss":1}\n');
  });
});

describe('a file system', () => {
  function fail(code: string): () => never {
    return () => {
      throw Object.assign(new Error(code), { code });
    };
  }

  it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('without hard links will do: %s', (code) => {
    vi.mocked(fs.linkSync).mockImplementation(fail(code));
    const lock = newLock();
    lock.acquire();
    lock.check();
    expect(() => newLock().acquire()).toThrow(LockError);
    lock.release();
    expect(names()).toEqual([]);
  });

  it('may lose the reply', () => {
    vi.mocked(fs.linkSync).mockImplementationOnce((from, to) => {
      real.linkSync(from, to);
      fail('EEXIST')();
    });
    const lock = newLock();
    lock.acquire();
    lock.check();
    expect(names()).toEqual(['.lock-1']);
  });

  // Somebody saw what is no more, was held up, and creates a number that nobody uses.
  it.each([
    ['an empty directory, where there is a writer now', []],
    ['a dead writer, whom a new one has followed', ['.lock-1']],
  ])('may show %s', (_, seen) => {
    put(3, {});
    if (seen.length > 0) put(1, { processStart: '1' });
    vi.mocked(fs.readdirSync).mockImplementationOnce(() => Object.assign(seen));
    expect(() => newLock().acquire()).toThrow(LockError);
    expect(names()).toEqual([...seen, '.lock-3']);
  });

  it('may give a number again while it is counted on', () => {
    put(1, { processStart: '1' });
    // Between the look and the link a new writer has come, under the number that was seen.
    vi.mocked(fs.linkSync).mockImplementationOnce((from, to) => {
      put(1, { uuid: 'new' });
      real.linkSync(from, to);
    });
    expect(() => newLock().acquire()).toThrow(LockError);
    expect(names()).toEqual(['.lock-1']);
  });

  it('may remove what was just created', () => {
    vi.mocked(fs.linkSync).mockImplementationOnce(() => {});
    const lock = newLock();
    lock.acquire();
    lock.check();
    expect(names()).toEqual(['.lock-1']);
  });

  it('may show an old listing: a number that is taken is looked at', () => {
    put(1, {});
    vi.mocked(fs.readdirSync).mockImplementation(() => []);
    expect(() => newLock().acquire()).toThrow(LockError);
    expect(names()).toEqual(['.lock-1']);
  });

  it('may lose the unfinished file to who sweeps', () => {
    vi.mocked(fs.linkSync).mockImplementationOnce((from) => {
      fs.unlinkSync(from);
      fail('ENOENT')();
    });
    newLock().acquire();
    expect(names()).toEqual(['.lock-1']);
  });
});

describe('the heart', () => {
  const firstBeat = (): Promise<void> => until('the first beat', () => read(1).heartbeat !== '000000000000');

  it('beats while the process computes, and not after the end', async () => {
    const lock = newLock({ firstBeat: 10, beat: 20 });
    lock.acquire();
    expect(read(1).heartbeat).toBe('000000000000');
    await firstBeat();
    const before = Number(read(1).heartbeat);
    // Without yielding.
    const end = performance.now() + 10_000;
    while (Number(read(1).heartbeat) < before + 4 && performance.now() < end);
    expect(Number(read(1).heartbeat)).toBeGreaterThan(before + 3);
    lock.check();
    lock.release();
    await sleep(100);
    expect(names()).toEqual([]);
  });

  it('beats from the first even if the process never yields', async () => {
    const source = `new EpochLock(args[0], { firstBeat: 10, beat: 20 }).acquire();
      for (;;);`;
    const child = startWithLock(source, directory);
    onTestFinished(() => void child.kill('SIGKILL'));
    await until('its lock', () => fs.existsSync(join(directory, '.lock-1')), { child });
    const beats = new Set<string>();
    await until('six beats', () => beats.add(read(1).heartbeat).size > 5, { child });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
  });

  it('that beats is not dead', async () => {
    const lock = newLock({ firstBeat: 1, beat: 20 });
    lock.acquire();
    await firstBeat();
    vi.mocked(os.hostname).mockReturnValue('elsewhere');
    const other = newLock({ silence: 300 });
    // At 20 ms each they last longer than the silence.
    for (let i = 0; i < 20; i++) {
      const { heartbeat } = read(1);
      expect(() => other.acquire()).toThrow(LockError);
      await until('a beat', () => read(1).heartbeat !== heartbeat);
    }
    lock.release();
    other.acquire();
    expect(read(1).host).toBe('elsewhere');
  });

  it('does not beat for another', async () => {
    const lock = newLock({ firstBeat: 1, beat: 10 });
    lock.acquire();
    await firstBeat();
    // In a file of its own, as another would: the heart may be just about to write into the old one.
    put(9, { host: 'a host of another length' });
    fs.renameSync(join(directory, '.lock-9'), join(directory, '.lock-1'));
    const before = text(1);
    await sleep(60);
    expect(text(1)).toBe(before);
  });

  it('does not keep a process from ending', async () => {
    const source =
      'const times = { firstBeat: 1, beat: 3_600_000 }; new EpochLock(args[0], times).acquire(); await new Promise((go) => setTimeout(go, 300));';
    const child = startWithLock(source, directory);
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(names()).toEqual([]);
  });
});

describe('a fight', () => {
  it('of 8 processes, killed and stopped at random, has one winner at a time', { timeout: 60_000 }, async () => {
    const { turns, cut, kills, stops } = await fight(directory, 8, 6, 1);
    console.log(`8 processes, 6 s: ${turns} turns, ${cut} of them cut, by ${kills} kills; ${stops} stops; no overlap`);
    expect(turns).toBeGreaterThan(3);
    newLock().acquire();
    expect(names().filter((name) => name.startsWith('.lock-'))).toHaveLength(1);
  });
});
