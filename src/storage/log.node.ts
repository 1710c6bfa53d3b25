// log.jsonl on disk: one canonical line per info, append-only, durable on demand.

import { closeSync, constants, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import type { Info } from '../trainable.ts';
import { commit } from './commit.node.ts';
import { closeQuietly, diskError, readBytes, syncDirectory, writeBytes } from './disk.node.ts';
import { parseLog, stringify } from './json.ts';

const READ_WRITE = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** The longest text there can be. */
const maxLogBytes = 2 ** 29 - 24;

export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  /** Length of what is safely on disk; undefined before `read`. */
  #durableBytes: number | undefined;
  /** What came after it. Kept until it is safe too, because a failed write or fsync leaves the file in doubt. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #inDoubt = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Cuts the file to its first `validBytes` and reads them. To be called before anything is appended. */
  read(validBytes: number): Info[] {
    this.close();
    const bytes = readBytes(this.#path, maxLogBytes) ?? new Uint8Array();
    if (bytes.length < validBytes) {
      const expected = `the checkpoint counts on ${validBytes} bytes of it`;
      throw new UserError(`${this.#path}: is damaged, ${expected}, got ${bytes.length}; restore it, or start over`);
    }
    const infos = parseLog(this.#decode(bytes.subarray(0, validBytes)), this.#path);
    if (bytes.length > validBytes) this.#truncate(validBytes);
    this.#durableBytes = validBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#inDoubt = false;
    return infos;
  }

  get bytes(): number {
    return this.#known() + this.#pendingBytes;
  }

  append(info: Info): void {
    const line = new TextEncoder().encode(`${stringify(info, 0, 'info')}\n`);
    const position = this.bytes;
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
    const bytes = readBytes(this.#path, maxLogBytes) ?? new Uint8Array();
    const durableBytes = this.#known();
    if (bytes.length < durableBytes) {
      throw new UserError(`${this.#path}: was cut by someone else to ${bytes.length} of ${durableBytes} bytes`);
    }
    commit(this.#path, [bytes.subarray(0, durableBytes), ...this.#pending]);
    this.#inDoubt = false;
  }

  #settle(): void {
    this.#durableBytes = this.bytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #known(): number {
    if (this.#durableBytes === undefined) throw new Error('log: its valid length is not known; call readLog first');
    return this.#durableBytes;
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
