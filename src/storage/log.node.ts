// log.jsonl on disk: one canonical line per info, append-only, durable on demand.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import type { Info } from '../trainable.ts';
import type { LogPart } from './checkpoint.ts';
import { commit } from './commit.node.ts';
import { closeQuietly, diskError, readBytes, syncDirectory, writeBytes } from './disk.node.ts';
import { parseLog, stringify } from './json.ts';

const READ_WRITE = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** The longest text there can be. */
const maxLogBytes = 2 ** 29 - 24;

/** The file is not the one that a checkpoint knows: an older checkpoint may still fit its beginning. */
export class DamagedLog extends UserError {
  override readonly name: string = 'DamagedLog';
}

export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  /** Length of what is safely on disk; undefined before `read`. */
  #durableBytes: number | undefined;
  /** What came after it. Kept until it is safe too, because a failed write or fsync leaves the file in doubt. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #inDoubt = false;
  /** Of all of it, carried on line by line, so that a long log costs no checkpoint more than a short one. */
  #hash = createHash('sha256');

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws DamagedLog unless the file begins with the part */
  check(part: LogPart): void {
    this.#partOf(this.#readAll(), part);
  }

  /**
   * Cuts the file to the part, to nothing without one, and reads it. To be called before anything is appended.
   *
   * @throws DamagedLog unless the file begins with the part
   */
  read(part?: LogPart): Info[] {
    this.close();
    const bytes = this.#readAll();
    const valid = part ? this.#partOf(bytes, part) : new Uint8Array();
    const infos = parseLog(this.#decode(valid), this.#path);
    if (bytes.length > valid.length) this.#truncate(valid.length);
    this.#durableBytes = valid.length;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#inDoubt = false;
    this.#hash = hashOf(valid);
    return infos;
  }

  /** All that was read and appended. */
  get part(): LogPart {
    return { logBytes: this.#bytes, logSha256: this.#hash.copy().digest('hex') };
  }

  get #bytes(): number {
    return this.#known() + this.#pendingBytes;
  }

  append(info: Info): void {
    const line = new TextEncoder().encode(`${stringify(info, 0, 'info')}\n`);
    const position = this.#bytes;
    this.#hash.update(line);
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    // It is written anew, with all that is pending, at the next `sync`.
    if (this.#inDoubt) return;
    // At its position rather than at the end: a second writer, which must not be, would write the same bytes there.
    this.#attempt(() => writeBytes(this.#open(), line, position));
  }

  sync(): void {
    if (this.#pending.length === 0) return;
    this.#attempt(() => {
      if (this.#inDoubt) {
        this.#rewrite();
      } else {
        fsyncSync(this.#open());
        if (this.#known() === 0) syncDirectory(dirname(this.#path));
      }
      this.#settle();
    });
  }

  close(): void {
    if (this.#file !== undefined) closeQuietly(this.#file);
    this.#file = undefined;
  }

  #attempt(deed: () => void): void {
    try {
      deed();
    } catch (error) {
      this.close();
      this.#inDoubt = true;
      throw diskError(this.#path, 'written', error);
    }
  }

  /** Writes a new file from what is known to be right. */
  #rewrite(): void {
    const bytes = this.#readAll();
    const durableBytes = this.#known();
    if (bytes.length < durableBytes) {
      throw new UserError(`${this.#path}: was cut by someone else to ${bytes.length} of ${durableBytes} bytes`);
    }
    commit(this.#path, [bytes.subarray(0, durableBytes), ...this.#pending]);
    this.#inDoubt = false;
  }

  #settle(): void {
    this.#durableBytes = this.#bytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #known(): number {
    if (this.#durableBytes === undefined) throw new Error('log: its valid length is not known; call readLog first');
    return this.#durableBytes;
  }

  #partOf(bytes: Uint8Array, { logBytes, logSha256 }: LogPart): Uint8Array {
    if (bytes.length < logBytes) {
      throw new DamagedLog(`${this.#path}: is damaged, it should have ${logBytes} bytes or more, got ${bytes.length}`);
    }
    const part = bytes.subarray(0, logBytes);
    if (hashOf(part).digest('hex') === logSha256) return part;
    throw new DamagedLog(`${this.#path}: is damaged, its first ${logBytes} bytes are not those that were written`);
  }

  #readAll(): Uint8Array {
    return readBytes(this.#path, maxLogBytes) ?? new Uint8Array();
  }

  #open(): number {
    this.#file ??= openSync(this.#path, READ_WRITE, 0o666);
    return this.#file;
  }

  #truncate(bytes: number): void {
    try {
      const file = openSync(this.#path, READ_WRITE, 0o666);
      try {
        ftruncateSync(file, bytes);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw diskError(this.#path, 'written', error);
    }
  }

  #decode(bytes: Uint8Array): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new UserError(`${this.#path}: is damaged, not valid UTF-8; restore it, or start over`, 2, { cause });
    }
  }
}

function hashOf(bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes);
}
