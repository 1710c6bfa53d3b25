// A trial in a directory on disk.

import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Info, Snapshot } from '../trainable.ts';
import {
  type CheckpointMetadata,
  DamagedCheckpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type LogPart,
} from './checkpoint.ts';
import { commit, replace, temporaryPrefix } from './commit.node.ts';
import { codeOf, diskError, NoFile, readBytes, syncDirectory, unlinkQuietly } from './disk.node.ts';
import { type Json, parseJson, stringify } from './json.ts';
import { EpochLock, type WriterLock } from './lock.node.ts';
import { DamagedLog, LogFile } from './log.node.ts';
import { sha256 } from './sha256.node.ts';
import type { Checkpoint, PassedOver, ReportName, TrialStorage } from './storage.ts';
import {
  CHECKPOINT,
  checkpointName,
  LOG,
  lostProgress,
  needlessCheckpoints,
  numbersIn,
  REPORT,
  RUN_RECORD,
  reportName,
  SET_ASIDE,
  START_OVER,
} from './trialFiles.ts';

/** All of WebAssembly's memory and a header. */
const maxCheckpointBytes = 4 * 2 ** 30 + 32 * 2 ** 20;

export class TrialDirectory implements TrialStorage {
  readonly path: string;
  readonly #log: LogFile;
  readonly #lock: WriterLock;
  /** Checkpoints that were passed over and are still in their places. */
  readonly #passedOver = new Set<number>();

  /** The directory must exist; nothing is read or written yet. */
  constructor(path: string, lock: WriterLock = new EpochLock(path)) {
    this.path = path;
    this.#log = new LogFile(join(path, LOG));
    this.#lock = lock;
  }

  acquire(): void {
    this.#lock.acquire();
  }

  sweep(): void {
    this.#lock.glance();
    for (const name of this.#names()) if (name.startsWith(temporaryPrefix)) unlinkQuietly(join(this.path, name));
  }

  newestCheckpoint(isExpected = false): { checkpoint: Checkpoint | undefined; passedOver: PassedOver[] } {
    this.#lock.glance();
    const passedOver: PassedOver[] = [];
    this.#passedOver.clear();
    let unusable: UserError | undefined;
    for (const number of this.#numbers(CHECKPOINT).reverse()) {
      try {
        const checkpoint = this.#readCheckpoint(number);
        if (!checkpoint) continue;
        this.#log.check(checkpoint.metadata);
        return { checkpoint, passedOver };
      } catch (error) {
        if (error instanceof DamagedCheckpoint) {
          passedOver.push({ reason: error.message, keptAs: this.#setAside(checkpointName(number)) });
        } else if (error instanceof DamagedLog) {
          // The checkpoint before may count on what is whole of it, and training writes the rest again.
          const reason = `checkpoint-${number} cannot be continued: ${error.message}`;
          unusable ??= new UserError(`${this.path}: ${reason}; ${START_OVER}`);
          passedOver.push({ reason });
          this.#passedOver.add(number);
        } else if (error instanceof UserError && codeOf(error.cause) === 'EIO') {
          // A broken place of the disk, or the whole disk for a moment. Other errors, permissions say, concern all.
          unusable ??= error;
          passedOver.push({ reason: error.message });
          this.#passedOver.add(number);
        } else throw error;
      }
    }
    if (unusable) throw unusable;
    const expectation = `no checkpoint is left, though run.json tells of one; ${START_OVER}`;
    const lost = lostProgress(this.#names()) ?? (isExpected ? expectation : undefined);
    if (lost !== undefined) throw new UserError(`${this.path}: ${lost}`);
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

  writeCheckpoint(snapshot: Snapshot, metadata: Omit<CheckpointMetadata, keyof LogPart>): number {
    this.syncLog();
    // A number is not used twice, so that nothing that was set aside is ever overwritten.
    const number = Math.max(0, ...this.#numbers(CHECKPOINT), ...this.#numbers(SET_ASIDE)) + 1;
    const pieces = encodeCheckpoint(snapshot, { ...metadata, ...this.#log.part }, sha256);
    // Once more: the hash has taken its time.
    this.#lock.check();
    commit(join(this.path, checkpointName(number)), pieces);
    const needless = needlessCheckpoints(this.#numbers(CHECKPOINT), this.#passedOver);
    for (const old of needless) unlinkQuietly(join(this.path, checkpointName(old)));
    return number;
  }

  readLog(part?: LogPart): Info[] {
    this.#lock.glance();
    return this.#log.read(part);
  }

  appendLog(info: Info): void {
    this.#lock.glance();
    this.#log.append(info);
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
    // It tells people about a run, and no run depends on it.
    this.#writeJson(RUN_RECORD, value, 'run', replace);
  }

  readRun(): { run: Json | undefined; passedOver: PassedOver[] } {
    try {
      return { run: this.#readJson(RUN_RECORD), passedOver: [] };
    } catch (error) {
      if (!(error instanceof UserError) || codeOf(error.cause) !== undefined) throw error;
      const keptAs = this.#setAside(RUN_RECORD);
      return { run: undefined, passedOver: [{ reason: error.message, keptAs }] };
    }
  }

  close(): void {
    this.#log.close();
    this.#lock.release();
  }

  #readCheckpoint(number: number): Checkpoint | undefined {
    const path = join(this.path, checkpointName(number));
    const bytes = readBytesOfCheckpoint(path);
    if (bytes) return { number, ...decodeCheckpoint(bytes, sha256, path) };
    if (lstatSync(path, { throwIfNoEntry: false }))
      throw new DamagedCheckpoint(`${path}: is a link to what is not there`);
    return undefined;
  }

  #setAside(name: string): string {
    const path = join(this.path, name);
    try {
      renameSync(path, `${path}.bad`);
    } catch (error) {
      throw diskError(path, 'renamed', error);
    }
    syncDirectory(this.path);
    return `${name}.bad`;
  }

  #writeJson(name: string, value: unknown, what: string, write = commit): void {
    const text = `${stringify(value, 2, what)}\n`;
    this.#lock.glance();
    write(join(this.path, name), [new TextEncoder().encode(text)]);
  }

  #readJson(name: string): Json | undefined {
    const path = join(this.path, name);
    const bytes = readBytes(path);
    if (bytes === undefined) return undefined;
    return parseJson(new TextDecoder().decode(bytes), path);
  }

  /** Numbers in the names of the files that match, ascending. */
  #numbers(pattern: RegExp): number[] {
    return numbersIn(this.#names(), pattern);
  }

  #names(): string[] {
    try {
      return readdirSync(this.path);
    } catch (error) {
      throw diskError(this.path, 'read', error);
    }
  }
}

function readBytesOfCheckpoint(path: string): Uint8Array | undefined {
  try {
    return readBytes(path, maxCheckpointBytes);
  } catch (error) {
    // What has its name is no checkpoint that anybody has written.
    if (error instanceof NoFile) throw new DamagedCheckpoint(error.message);
    throw error;
  }
}
