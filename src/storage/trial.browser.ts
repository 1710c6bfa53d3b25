// A trial in a browser's storage: the files of a directory on disk, by the same names and with the same bytes.

import { DISK, UserError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { joined } from '../files/joined.ts';
import type { Info, Snapshot } from '../trainable.ts';
import {
  type CheckpointMetadata,
  DamagedCheckpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  hex,
  type LogPart,
} from './checkpoint.ts';
import { type Json, parseJson, parseLog, stringify } from './json.ts';
import { WebLock } from './lock.browser.ts';
import { sha256 } from './sha256.browser.ts';
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

/** What unfinished files begin with. */
const TEMPORARY = /^\.tmp-/;

export class TrialInBrowser implements TrialStorage {
  readonly path: string;
  readonly #files: Files;
  readonly #lock: WebLock;
  /** The whole log: there is no appending that could be cut off in the middle. */
  #log = new Uint8Array();
  #pending: Uint8Array[] = [];
  /** Checkpoints that were passed over and are still in their places. */
  readonly #passedOver = new Set<number>();

  constructor(files: Files, path: string) {
    this.path = path;
    this.#files = files;
    this.#lock = new WebLock(path);
  }

  acquire(): Promise<void> {
    return this.#lock.acquire();
  }

  async sweep(): Promise<void> {
    const names = await this.#names();
    await Promise.all(names.filter((name) => TEMPORARY.test(name)).map((name) => this.#remove(name)));
  }

  async newestCheckpoint(
    isExpected = false,
  ): Promise<{ checkpoint: Checkpoint | undefined; passedOver: PassedOver[] }> {
    const passedOver: PassedOver[] = [];
    this.#passedOver.clear();
    let unusable: UserError | undefined;
    for (const number of (await this.#numbers(CHECKPOINT)).reverse()) {
      try {
        const checkpoint = await this.readCheckpoint(number);
        if (!checkpoint) continue;
        const damage = damageOf(await this.#readLog(), checkpoint.metadata);
        if (damage === undefined) return { checkpoint, passedOver };
        // The checkpoint before may count on what is whole of it, and training writes the rest again.
        const reason = `checkpoint-${number} cannot be continued: log.jsonl ${damage}`;
        unusable ??= new UserError(`${this.path}: ${reason}; ${START_OVER}`);
        passedOver.push({ reason });
        this.#passedOver.add(number);
      } catch (error) {
        if (!(error instanceof DamagedCheckpoint)) throw error;
        passedOver.push({ reason: error.message, keptAs: await this.#setAside(checkpointName(number)) });
      }
    }
    if (unusable) throw unusable;
    const expectation = `no checkpoint is left, though run.json tells of one; ${START_OVER}`;
    const lost = lostProgress(await this.#names()) ?? (isExpected ? expectation : undefined);
    if (lost !== undefined) throw new UserError(`${this.path}: ${lost}`);
    return { checkpoint: undefined, passedOver };
  }

  /** Needs no lock. */
  async readCheckpoint(number: number): Promise<Checkpoint | undefined> {
    const path = this.#at(checkpointName(number));
    const bytes = await this.#files.read(path);
    return bytes && { number, ...decodeCheckpoint(bytes, sha256, path) };
  }

  /** The numbers of the checkpoints that are kept, ascending. Needs no lock. */
  checkpointNumbers(): Promise<number[]> {
    return this.#numbers(CHECKPOINT);
  }

  async writeCheckpoint(snapshot: Snapshot, metadata: Omit<CheckpointMetadata, keyof LogPart>): Promise<number> {
    await this.syncLog();
    const names = await this.#names();
    const number = Math.max(0, ...numbersIn(names, CHECKPOINT), ...numbersIn(names, SET_ASIDE)) + 1;
    const pieces = encodeCheckpoint(snapshot, { ...metadata, ...partOf(this.#log) }, sha256);
    await this.#files.write(this.#at(checkpointName(number)), pieces);
    const needless = needlessCheckpoints(await this.#numbers(CHECKPOINT), this.#passedOver);
    for (const old of needless) await this.#remove(checkpointName(old));
    return number;
  }

  async readLog(part?: LogPart): Promise<Info[]> {
    const bytes = await this.#readLog();
    const damage = part && damageOf(bytes, part);
    if (damage !== undefined) throw new UserError(`${this.#at(LOG)}: ${damage}; ${START_OVER}`);
    this.#log = bytes.slice(0, part?.logBytes ?? 0);
    this.#pending = [];
    if (bytes.length > this.#log.length) await this.#files.write(this.#at(LOG), [this.#log]);
    return parseLog(new TextDecoder().decode(this.#log), this.#at(LOG));
  }

  appendLog(info: Info): void {
    this.#pending.push(new TextEncoder().encode(`${stringify(info, 0, 'info')}\n`));
  }

  async syncLog(): Promise<void> {
    if (this.#pending.length === 0) return;
    const written = this.#pending.length;
    const log = joined([this.#log, ...this.#pending]);
    await this.#files.write(this.#at(LOG), [log]);
    this.#log = log;
    this.#pending.splice(0, written);
  }

  writeReport(name: ReportName, value: unknown): Promise<void> {
    return this.#writeJson(reportName(name), value, 'report');
  }

  readReport(name: ReportName): Promise<Json | undefined> {
    return this.#readJson(reportName(name));
  }

  reportNumbers(): Promise<number[]> {
    return this.#numbers(REPORT);
  }

  writeRun(value: unknown): Promise<void> {
    return this.#writeJson(RUN_RECORD, value, 'run');
  }

  async readRun(): Promise<{ run: Json | undefined; passedOver: PassedOver[] }> {
    try {
      return { run: await this.#readJson(RUN_RECORD), passedOver: [] };
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode === DISK) throw error;
      return { run: undefined, passedOver: [{ reason: error.message, keptAs: await this.#setAside(RUN_RECORD) }] };
    }
  }

  close(): void {
    this.#lock.release();
  }

  #writeJson(name: string, value: unknown, what: string): Promise<void> {
    return this.#files.write(this.#at(name), [new TextEncoder().encode(`${stringify(value, 2, what)}\n`)]);
  }

  async #readJson(name: string): Promise<Json | undefined> {
    const bytes = await this.#files.read(this.#at(name));
    return bytes && parseJson(new TextDecoder().decode(bytes), this.#at(name));
  }

  async #readLog(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#files.read(this.#at(LOG))) ?? new Uint8Array();
  }

  async #setAside(name: string): Promise<string> {
    await this.#files.rename(this.#at(name), `${name}.bad`);
    return `${name}.bad`;
  }

  #at(name: string): string {
    return `${this.path}/${name}`;
  }

  #names(): Promise<string[]> {
    return this.#files.list(this.path);
  }

  async #numbers(pattern: RegExp): Promise<number[]> {
    return numbersIn(await this.#names(), pattern);
  }

  /** What is not needed any more; if it cannot be, then the next time. */
  async #remove(name: string): Promise<void> {
    await this.#files.remove(this.#at(name)).catch(() => {});
  }
}

function partOf(log: Uint8Array): LogPart {
  return { logBytes: log.length, logSha256: hex(sha256([log])) };
}

/** Why a log does not begin with the part; undefined if it does. */
function damageOf(log: Uint8Array, { logBytes, logSha256 }: LogPart): string | undefined {
  if (log.length < logBytes) return `is damaged, the checkpoint counts on ${logBytes} bytes of it, got ${log.length}`;
  const { logSha256: found } = partOf(log.subarray(0, logBytes));
  return found === logSha256 ? undefined : `is damaged, its first ${logBytes} bytes are not those that were written`;
}
