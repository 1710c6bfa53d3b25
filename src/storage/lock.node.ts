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
// and the write that follows; and machines that share a disk and a host name think each other's processes dead, as after a
// restart. Two writers write the same bytes for the same step, so this costs time and no data.

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LockError, quote } from '../errors.ts';
import { temporaryPrefix } from './commit.node.ts';
import { codeOf, diskError, orNull, unlinkQuietly } from './disk.node.ts';
import { noBeat, startHeart } from './heart.node.ts';
import { type Holder, lifeOf, nameOf, parseHolder, self } from './holder.node.ts';
import { linkWhereItCan, readStart } from './lockFile.node.ts';

const LOCK = /^\.lock-([1-9]\d{0,14})$/;

/** Milliseconds. */
export interface LockTimes {
  readonly firstBeat: number;
  readonly beat: number;
  /**
   * A writer on another host whose lock file has not changed for so long is dead. Network file systems may show a file
   * or a directory as it was a minute ago.
   */
  readonly silence: number;
  /** What is only glanced at is looked at no more often than this. */
  readonly glance: number;
}

const usualTimes: LockTimes = {
  firstBeat: 5000,
  beat: 10_000,
  silence: 90_000,
  glance: 250,
};

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

/** What makes one process the only writer of a trial. */
export type WriterLock = Pick<EpochLock, 'acquire' | 'check' | 'glance' | 'release'>;

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
    const text = `${JSON.stringify({ ...self(), uuid, since, heartbeat: noBeat })}\n`;
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
    const beginning = text.slice(0, text.lastIndexOf(noBeat));
    const { firstBeat, beat } = this.#times;
    const stopHeart = startHeart({ path: this.#path(number), beginning, firstBeat, beat });
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
    return this.#silenceOf(holder) < this.#times.silence;
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
    const holder = orNull(() => [...this.#look().values()].at(-1)?.holder);
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
      const holder = parseHolder(text);
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
