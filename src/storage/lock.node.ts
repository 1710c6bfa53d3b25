// The epoch lock: one configuration has one writer. In the trial's directory lies the file `.lock-<n>` of whoever it is.
// To become the writer one finds everybody dead whose file is there, creates the next number, which succeeds for one
// alone, then looks again, and gives up unless all is as it was. Only then the files of the dead are removed; who finds
// its own file gone is no longer the writer. Nothing is removed or renamed to get the lock, so that two who saw the same
// dead writer cannot both follow it.
//
// A writer that ends removes its file: after a clean end nothing is left. So a number may come again, and one who saw
// it before and was held up since may create a number beside that of a newer writer; but then it finds that writer's
// file when it looks again. Of two, whoever created its file later sees the other's.
//
// Nothing is forced to the disk. After a crash of a process the system still has all that was written; after that of
// the machine no writer is left, and a lock file that is gone, empty or garbled locks nobody out.
//
// What remains: a writer that was suspended until others thought it dead may wake up between its last look at the lock
// and the write that follows. Two writers write the same bytes for the same step, so this costs time and no data.

import { randomBytes } from 'node:crypto';
import {
  constants,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { LockError, quote } from '../errors.ts';
import { temporaryPrefix } from './commit.node.ts';
import { closeQuietly, codeOf, diskError } from './disk.node.ts';
import { isJsonObject, type Json, parseJson } from './json.ts';

const LOCK = /^\.lock-([1-9]\d{0,14})$/;
const maxLockBytes = 4096;

/** Milliseconds. */
export interface LockTimes {
  /** How long a run lasts before its heart begins to beat: a short run shall cost nothing. */
  readonly firstBeat: number;
  readonly beat: number;
  /**
   * A writer on another host whose lock file has not changed for so long is dead. Network file systems may show a file
   * or a directory as it was a minute ago.
   */
  readonly silence: number;
  /** The same for one whose heart never beat: it died at once, or began with long work that never yields. */
  readonly silenceBeforeFirstBeat: number;
  /** What is only glanced at is looked at no more often than this. */
  readonly glance: number;
}

const usualTimes: LockTimes = {
  firstBeat: 5000,
  beat: 10_000,
  silence: 90_000,
  silenceBeforeFirstBeat: 600_000,
  glance: 250,
};

/** Who made a lock file. */
interface Holder {
  readonly host: string;
  /** Changes with every start of the machine; null where the system does not tell. */
  readonly bootId: string | null;
  /** Containers on one machine have their own process numbers. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** In clock ticks since the start of the machine, which tells a process from a later one of the same number. */
  readonly processStart: string | null;
  readonly uuid: string;
  /** For people to read; no decision depends on it. */
  readonly since: string;
  /** Counts up; overwritten in place, by as many digits. */
  readonly heartbeat: string;
}

/** A lock file as it was found. */
interface Found {
  readonly text: string;
  /** Undefined if the text makes no sense, as after a loss of power. */
  readonly holder: Holder | undefined;
}

interface Held {
  readonly number: number;
  /** What the lock file holds, up to the heartbeat. */
  readonly beginning: string;
  readonly stopHeart: () => void;
  /** When it was last seen to be held. */
  checkedAt: number;
}

const NO_BEAT = '000000000000';

export class EpochLock {
  readonly #directory: string;
  /** As the user wrote it. */
  readonly #name: string;
  readonly #times: LockTimes;
  #held: Held | undefined;
  #lost: LockError | undefined;
  /** Hearts on other hosts, and since when they have been seen like this, by our own clock: others' may be wrong. */
  readonly #watched = new Map<string, { readonly heartbeat: string; readonly since: number }>();

  /** @param directory of the trial */
  constructor(directory: string, times: Partial<LockTimes> = {}) {
    this.#name = directory;
    this.#directory = resolve(directory);
    this.#times = { ...usualTimes, ...times };
  }

  /**
   * Becomes the writer, unless it is. Every call looks anew at one that holds it on another host, so that calling it
   * again and again finds out whether that one is dead.
   *
   * @throws LockError when somebody else is
   */
  acquire(): void {
    if (this.#held) {
      this.glance();
      return;
    }
    // A listing may be old; that a number is taken is known for sure.
    let taken = 0;
    for (let attempt = 0; attempt < 100; attempt++) {
      const files = this.#look(taken);
      for (const { holder } of files.values()) if (holder && this.#isAlive(holder)) throw this.#inUse(holder);
      const number = Math.max(0, ...files.keys()) + 1;
      const outcome = this.#claim(number, files);
      if (outcome === 'ours') return;
      taken = outcome === 'taken' ? number : 0;
    }
    throw new LockError(`${this.#name}: its lock changes hands all the time; try again`, 'many processes');
  }

  /**
   * Does nothing if the lock was never acquired: who has no lock looks after itself.
   *
   * @throws LockError when somebody has taken over, now and ever after
   */
  check(): void {
    if (this.#lost) throw this.#lost;
    if (!this.#held) return;
    const { number, beginning } = this.#held;
    if (readStart(this.#path(number))?.startsWith(beginning)) {
      this.#held.checkedAt = performance.now();
      return;
    }
    this.#lost = this.#takenOver();
    throw this.#lost;
  }

  /** As `check`, for what is done often: most calls cost nothing, and a disk that cannot be read is not its affair. */
  glance(): void {
    if (!this.#lost && this.#held && performance.now() - this.#held.checkedAt < this.#times.glance) return;
    try {
      this.check();
    } catch (error) {
      if (error instanceof LockError) throw error;
    }
  }

  /** Lets others write. */
  release(): void {
    if (!this.#held) return;
    const { number, stopHeart } = this.#held;
    stopHeart();
    try {
      this.check();
      unlinkSync(this.#path(number));
    } catch {
      // Somebody has taken over, or the disk refuses; then it is free when this process ends.
    }
    this.#held = undefined;
    heldLocks.delete(this);
    if (heldLocks.size === 0) process.off('exit', releaseAll);
  }

  /** @param dead the files of others */
  #claim(number: number, dead: ReadonlyMap<number, Found>): 'ours' | 'taken' | 'unsure' {
    const uuid = randomBytes(16).toString('hex');
    const since = `${new Date().toISOString().slice(0, 19)}Z`;
    const text = `${JSON.stringify({ ...self(), uuid, since, heartbeat: NO_BEAT })}\n`;
    if (!this.#create(number, text, uuid)) return 'taken';
    try {
      const files = [...this.#look()];
      const isAlone = files.every(([other, found]) => other === number || found.text === dead.get(other)?.text);
      if (!isAlone || !files.some(([, { holder }]) => holder?.uuid === uuid)) {
        this.#remove(number);
        return 'unsure';
      }
      // One that is suspended and not dead will find it gone.
      for (const [other] of files) if (other !== number) this.#remove(other);
    } catch (error) {
      unlinkQuietly(this.#path(number));
      throw error;
    }
    const beginning = text.slice(0, text.lastIndexOf(NO_BEAT));
    const stopHeart = startHeart(this.#path(number), beginning, this.#times);
    this.#held = { number, beginning, stopHeart, checkedAt: performance.now() };
    this.#lost = undefined;
    if (heldLocks.size === 0) process.on('exit', releaseAll);
    heldLocks.add(this);
    return 'ours';
  }

  /** False if somebody else was faster. */
  #create(number: number, text: string, uuid: string): boolean {
    try {
      const unique = join(this.#directory, temporaryPrefix + uuid);
      try {
        // Closed before it is linked: only then do others see the text in a network file system.
        writeFileSync(unique, text, { flag: 'wx' });
        linkWhereItCan(unique, this.#path(number), text);
      } finally {
        unlinkQuietly(unique);
      }
      return true;
    } catch (error) {
      const code = codeOf(error);
      // ENOENT: another has become the writer and has swept the unfinished file away.
      if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(this.#directory))) return false;
      throw diskError(this.#name, 'written', error);
    }
  }

  #isAlive(holder: Holder): boolean {
    const life = lifeOf(holder);
    if (life !== 'unknown') return life === 'alive';
    const { silence, silenceBeforeFirstBeat } = this.#times;
    return this.#silenceOf(holder) < (holder.heartbeat === NO_BEAT ? silenceBeforeFirstBeat : silence);
  }

  /** Milliseconds for which a heart has been seen not to beat. */
  #silenceOf({ uuid, heartbeat }: Holder): number {
    const now = performance.now();
    const watched = this.#watched.get(uuid);
    if (watched?.heartbeat === heartbeat) return now - watched.since;
    this.#watched.set(uuid, { heartbeat, since: now });
    return 0;
  }

  #inUse(holder: Holder): LockError {
    const isWatched = this.#watched.has(holder.uuid);
    const seen = isWatched ? `, unchanged for ${Math.floor(this.#silenceOf(holder) / 1000)} s` : '';
    const more = isWatched ? '; --wait takes over if that host is dead' : '';
    const by = `is being run by ${nameOf(holder)} since ${quote(holder.since)}${seen}`;
    return new LockError(`${this.#name}: ${by}; wait for it or stop it first${more}`, nameOf(holder));
  }

  #takenOver(): LockError {
    const holder = [...this.#look().values()].at(-1)?.holder;
    if (!holder) {
      const what =
        'the lock of this process is gone: the directory was moved, or another process took over and has ended';
      return new LockError(`${this.#name}: ${what}; run it again to continue`, 'nobody');
    }
    const by = `was taken over by ${nameOf(holder)}, as this process had shown no sign of life for long`;
    return new LockError(`${this.#name}: ${by}; it goes on there`, nameOf(holder));
  }

  /** The lock files there are, by ascending number. */
  #look(also = 0): Map<number, Found> {
    const files = new Map<number, Found>();
    const numbers = new Set([...this.#numbers(), ...(also > 0 ? [also] : [])]);
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const found = this.#read(number);
      if (found) files.set(number, found);
    }
    return files;
  }

  #read(number: number): Found | undefined {
    const path = this.#path(number);
    for (let attempt = 1; ; attempt++) {
      const text = readStart(path);
      if (text === undefined) return undefined;
      const holder = parseLock(text, path);
      if (holder || attempt === 10) return { text, holder };
      // Where there are no hard links it may be about to be written.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }

  #numbers(): number[] {
    try {
      return readdirSync(this.#directory).flatMap((name) => {
        const digits = LOCK.exec(name)?.[1];
        return digits === undefined ? [] : [Number(digits)];
      });
    } catch (error) {
      throw diskError(this.#name, 'read', error);
    }
  }

  #path(number: number): string {
    return join(this.#directory, `.lock-${number}`);
  }

  #remove(number: number): void {
    try {
      unlinkSync(this.#path(number));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw diskError(this.#path(number), 'removed', error);
    }
  }
}

/** A process may be left on purpose in the midst of a run; on another host nobody would know that it is gone. */
const heldLocks = new Set<EpochLock>();

function releaseAll(): void {
  for (const lock of heldLocks) lock.release();
}

/** Who we are. */
function self(): Omit<Holder, 'uuid' | 'since' | 'heartbeat'> {
  return {
    host: hostname(),
    bootId: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStart: statOf(process.pid)?.start ?? null,
  };
}

function lifeOf(holder: Holder): 'alive' | 'dead' | 'unknown' {
  const { host, bootId, pidNamespace } = self();
  if (holder.host !== host) return 'unknown';
  if (holder.bootId !== bootId) return 'dead';
  if (holder.pidNamespace !== pidNamespace) return 'unknown';
  return isRunning(holder) ? 'alive' : 'dead';
}

function isRunning({ pid, processStart }: Holder): boolean {
  const stat = statOf(pid);
  // One that has ended but whose parent has not asked how does not write any more.
  if (stat && processStart !== null) return stat.start === processStart && !/[ZXx]/.test(stat.state);
  // Systems without /proc, or which hide other users' processes in it.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat, *proc(5)*; the second is a name in parentheses with whatever in it. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, start] = [0, 19].map((i) => text?.slice(text.lastIndexOf(')') + 2).split(' ')[i]);
  return state !== undefined && start !== undefined ? { state, start } : undefined;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function nameOf({ pid, host }: Holder): string {
  return `process ${pid} on host ${quote(host)}`;
}

/**
 * Beats in a thread of its own, since an experiment's code may compute for long without yielding. Returns what stops it.
 * Only other hosts look at it: if there can be no thread, the run goes on without.
 */
function startHeart(path: string, beginning: string, { firstBeat, beat }: LockTimes): () => void {
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { path, beginning, digits: NO_BEAT.length, beat, stopped };
  const start = async (): Promise<void> => {
    // Only now: to load it takes 0.8 ms, which a short run need not spend.
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(HEART, { eval: true, execArgv: [], workerData });
    worker.on('error', () => {});
    worker.unref();
  };
  const timer = setTimeout(() => start().catch(() => {}), firstBeat);
  timer.unref();
  return () => {
    clearTimeout(timer);
    Atomics.store(stopped, 0, 1);
    Atomics.notify(stopped, 0);
  };
}

/**
 * Looks whether the file is ours still, and writes into this very one: another might have its name by now. Forces every
 * beat to the disk, for a network file system would else keep it to itself for half a minute.
 */
const HEART = `
const { closeSync, fsyncSync, openSync, readSync, writeSync } = require('node:fs');
const { path, beginning, digits, beat, stopped } = require('node:worker_threads').workerData;
const ours = Buffer.from(beginning);
for (let beats = 1; Atomics.load(stopped, 0) === 0; beats++) {
  try {
    const file = openSync(path, 'r+');
    try {
      const found = Buffer.alloc(ours.length);
      readSync(file, found, 0, found.length, 0);
      if (!found.equals(ours)) break;
      writeSync(file, String(beats).padStart(digits, '0'), found.length);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error.code === 'ENOENT') break;
  }
  Atomics.wait(stopped, 0, 0, beat);
}
`;

/** Nothing if there is no such file, and no more than a lock file can have. */
function readStart(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const bytes = Buffer.allocUnsafe(maxLockBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } catch (error) {
    // ESTALE: removed by another host of a network file system.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESTALE') return undefined;
    throw diskError(path, 'read', error);
  } finally {
    if (file !== undefined) closeQuietly(file);
  }
}

function parseLock(text: string, path: string): Holder | undefined {
  const lock = orNull(() => parseJson(text, path)) ?? undefined;
  if (!isJsonObject(lock)) return undefined;
  const { host, bootId, pidNamespace, pid, processStart, uuid, since, heartbeat } = lock;
  if (typeof host !== 'string' || typeof uuid !== 'string') return undefined;
  if (typeof since !== 'string' || typeof heartbeat !== 'string') return undefined;
  if (!isTextOrNull(bootId) || !isTextOrNull(pidNamespace) || !isTextOrNull(processStart)) return undefined;
  // Zero and negative numbers mean groups of processes.
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1 || pid >= 2 ** 31) return undefined;
  return { host, bootId, pidNamespace, pid, processStart, uuid, since, heartbeat };
}

function isTextOrNull(value: Json | undefined): value is string | null {
  return typeof value === 'string' || value === null;
}

/** The file appears with all its text, or, where there are no hard links, empty for a moment. */
function linkWhereItCan(unique: string, path: string, text: string): void {
  try {
    linkSync(unique, path);
  } catch (error) {
    // The reply of a network file system may be lost: it can have been done all the same.
    if (linksOf(unique) === 2) return;
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') throw error;
    writeFileSync(path, text, { flag: 'wx' });
  }
}

function linksOf(path: string): number {
  return orNull(() => lstatSync(path).nlink) ?? 0;
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}
