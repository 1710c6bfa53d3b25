// A trial in a directory on disk.

import { readdirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Info, Snapshot } from '../trainable.ts';
import { type CheckpointMetadata, DamagedCheckpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { commit, temporaryPrefix } from './commit.node.ts';
import { codeOf, diskError, readBytes, syncDirectory } from './disk.node.ts';
import { type Json, parseJson, stringify } from './json.ts';
import { EpochLock, type WriterLock } from './lock.node.ts';
import { LogFile } from './log.node.ts';
import { sha256 } from './sha256.node.ts';
import type { Checkpoint, PassedOver, ReportName, TrialStorage } from './storage.ts';

const CHECKPOINT = /^checkpoint-([1-9]\d{0,14})\.safetensors$/;
const SET_ASIDE = /^checkpoint-([1-9]\d{0,14})\.safetensors\.bad$/;
const REPORT = /^report-([1-9]\d{0,14})\.json$/;

/** The newest might turn out to be damaged. */
const checkpointsKept = 2;

/** All of WebAssembly's memory and a header. */
const maxCheckpointBytes = 4 * 2 ** 30 + 32 * 2 ** 20;

export class TrialDirectory implements TrialStorage {
  readonly path: string;
  readonly #log: LogFile;
  readonly #lock: WriterLock;

  /** The directory must exist; nothing is read or written yet. */
  constructor(path: string, lock: WriterLock = new EpochLock(path)) {
    this.path = path;
    this.#log = new LogFile(join(path, 'log.jsonl'));
    this.#lock = lock;
  }

  acquire(): void {
    this.#lock.acquire();
  }

  sweep(): void {
    this.#lock.glance();
    for (const name of this.#names()) if (name.startsWith(temporaryPrefix)) this.#remove(name);
  }

  newestCheckpoint(): { checkpoint: Checkpoint | undefined; passedOver: PassedOver[] } {
    this.#lock.glance();
    const passedOver: PassedOver[] = [];
    let unreadable: UserError | undefined;
    for (const number of this.#numbers(CHECKPOINT).reverse()) {
      try {
        const checkpoint = this.#readCheckpoint(number);
        if (checkpoint) return { checkpoint, passedOver };
      } catch (error) {
        if (error instanceof DamagedCheckpoint) {
          passedOver.push({ reason: error.message, keptAs: this.#setAside(number) });
        } else if (error instanceof UserError && codeOf(error.cause) === 'EIO') {
          // A broken place of the disk, or the whole disk for a moment. Other errors, permissions say, concern all.
          unreadable ??= error;
          passedOver.push({ reason: error.message });
        } else throw error;
      }
    }
    if (unreadable) throw unreadable;
    const bad = this.#numbers(SET_ASIDE);
    if (bad.length > 0) {
      const names = bad.map((number) => `${checkpointName(number)}.bad`).join(', ');
      throw new UserError(
        `${this.path}: training had begun but no checkpoint is whole, got ${names}; restore one from a backup, ` +
          'or remove them, log.jsonl and the reports to start over',
      );
    }
    return { checkpoint: undefined, passedOver };
  }

  /** The newest whole checkpoint, for readers. Needs no lock: nothing is set aside. */
  newestWhole(): Checkpoint | undefined {
    for (const number of this.#numbers(CHECKPOINT).toReversed()) {
      try {
        const checkpoint = this.#readCheckpoint(number);
        // It may have been removed just now, since there is a newer one.
        if (checkpoint) return checkpoint;
      } catch (error) {
        // The one before may be whole.
        if (!(error instanceof UserError)) throw error;
      }
    }
    return undefined;
  }

  writeCheckpoint(snapshot: Snapshot, metadata: Omit<CheckpointMetadata, 'logBytes'>): number {
    this.syncLog();
    // A number is not used twice, so that nothing that was set aside is ever overwritten.
    const number = Math.max(0, ...this.#numbers(CHECKPOINT), ...this.#numbers(SET_ASIDE)) + 1;
    const pieces = encodeCheckpoint(snapshot, { ...metadata, logBytes: this.logBytes }, sha256);
    // Once more: the hash has taken its time.
    this.#lock.check();
    commit(join(this.path, checkpointName(number)), pieces);
    for (const old of this.#numbers(CHECKPOINT).slice(0, -checkpointsKept)) this.#remove(checkpointName(old));
    return number;
  }

  readLog(validBytes: number): Info[] {
    this.#lock.glance();
    return this.#log.read(validBytes);
  }

  appendLog(info: Info): void {
    this.#lock.glance();
    this.#log.append(info);
  }

  get logBytes(): number {
    return this.#log.bytes;
  }

  syncLog(): void {
    this.#lock.glance();
    this.#log.sync();
  }

  writeReport(name: ReportName, value: unknown): void {
    this.#lock.check();
    this.#writeJson(reportName(name), value, 'report');
  }

  readReport(name: ReportName): Json | undefined {
    return this.#readJson(reportName(name));
  }

  reportNumbers(): number[] {
    return this.#numbers(REPORT);
  }

  writeRun(value: unknown): void {
    this.#writeJson('run.json', value, 'run');
  }

  readRun(): Json | undefined {
    return this.#readJson('run.json');
  }

  close(): void {
    this.#log.close();
    this.#lock.release();
  }

  #readCheckpoint(number: number): Checkpoint | undefined {
    const path = join(this.path, checkpointName(number));
    const bytes = readBytes(path, maxCheckpointBytes);
    return bytes && { number, ...decodeCheckpoint(bytes, sha256, path) };
  }

  #setAside(number: number): string {
    const name = checkpointName(number);
    const path = join(this.path, name);
    try {
      renameSync(path, `${path}.bad`);
    } catch (error) {
      throw diskError(path, 'renamed', error);
    }
    syncDirectory(this.path);
    return `${name}.bad`;
  }

  #writeJson(name: string, value: unknown, what: string): void {
    const text = `${stringify(value, 2, what)}\n`;
    this.#lock.glance();
    commit(join(this.path, name), [new TextEncoder().encode(text)]);
  }

  #readJson(name: string): Json | undefined {
    const path = join(this.path, name);
    const bytes = readBytes(path);
    if (bytes === undefined) return undefined;
    return parseJson(new TextDecoder().decode(bytes), path);
  }

  /** Numbers in the names of the files that match, ascending. */
  #numbers(pattern: RegExp): number[] {
    const numbers = this.#names().flatMap((name) => {
      const digits = pattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
    return numbers.sort((a, b) => a - b);
  }

  #names(): string[] {
    try {
      return readdirSync(this.path);
    } catch (error) {
      throw diskError(this.path, 'read', error);
    }
  }

  /** What is not needed any more; if it cannot be, then the next time. */
  #remove(name: string): void {
    try {
      unlinkSync(join(this.path, name));
    } catch {}
  }
}

function checkpointName(number: number): string {
  return `checkpoint-${number}.safetensors`;
}

function reportName(name: ReportName): string {
  if (name !== 'last' && !(Number.isSafeInteger(name) && name >= 1)) {
    throw new Error(`report: its number must be 1 or more, got ${name}`);
  }
  return `report-${name}.json`;
}
