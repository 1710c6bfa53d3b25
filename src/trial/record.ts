// run.json: what is not deterministic of a configuration's runs: times, hosts, versions, and which run continued which.

import { isRevectorized } from '#wasm';
import { UserError } from '../errors.ts';
import { isJsonObject, type Json, numberFrom } from '../storage/json.ts';
import type { Awaitable, TrialStorage } from '../storage/storage.ts';
import type { Effort, Outcome } from '../trial.ts';

/** Who runs it. */
export type Runner = Pick<Continuation, 'host' | 'pid' | 'node' | 'browser'>;

/** One run of the lineage, as it is written. */
interface Continuation {
  readonly started: string;
  readonly ended?: string;
  readonly host: string;
  /** Of a process. */
  readonly pid?: number;
  /** The version of Node.js, or what the browser calls itself. */
  readonly node?: string;
  readonly browser?: string;
  /** Whether V8 computed with vectors of 256 bits; known from when the core was needed. */
  readonly revectorized?: boolean;
  readonly fromStep?: number;
  readonly step?: number;
  /** The step of the last line of the log; a log that ends elsewhere is not the one that the run has left. */
  readonly loggedStep?: number;
  /** The newest one when it ended. */
  readonly checkpoint?: number;
  readonly end: Outcome['state'] | 'running' | 'failed';
  readonly error?: string;
}

export class RunRecord {
  /** Spent training by earlier runs. */
  readonly secondsBefore: number;
  /** Whether one of them has left a checkpoint. */
  readonly hasProgress: boolean;
  readonly #storage: TrialStorage;
  readonly #earlier: readonly Json[];
  readonly #provenance: Awaitable<object>;
  readonly #begun: Continuation;
  #beginning: Promise<void> | undefined;
  #effort: Effort;

  /**
   * Reads the record of earlier runs and adds this one.
   *
   * @param provenance may still be found out while training begins
   */
  constructor(storage: TrialStorage, before: Json | undefined, runner: Runner, provenance: Awaitable<object>) {
    const record = isJsonObject(before) ? before : {};
    this.#storage = storage;
    this.secondsBefore = numberFrom(record.seconds) ?? 0;
    this.#effort = { seconds: this.secondsBefore, loggedStep: undefined };
    this.#earlier = Array.isArray(record.lineage) ? record.lineage : [];
    this.hasProgress = this.#earlier.some((run) => isJsonObject(run) && run.checkpoint !== undefined);
    this.#provenance = provenance;
    this.#begun = {
      started: new Date().toISOString(),
      ...runner,
      end: 'running',
    };
  }

  /**
   * Notes that the run is going on, so that one that was killed can be told from one that never began. A failure is
   * not told: if the disk is the reason, `end` fails too.
   */
  begin(): void {
    this.#beginning = this.#write('running', this.secondsBefore, this.#begun).catch(() => {});
  }

  trained(effort: Effort): void {
    this.#effort = effort;
  }

  async end({ state, fromStep, step, checkpoint, seconds, sha256 }: Outcome): Promise<void> {
    await this.#beginning;
    const { loggedStep } = this.#effort;
    const left = { ...(loggedStep !== undefined && { loggedStep }), ...(checkpoint !== undefined && { checkpoint }) };
    const ended = new Date().toISOString();
    await this.#write(state, seconds, { ...this.#begun, ended, fromStep, step, ...left, end: state }, { sha256 });
  }

  /**
   * Notes a failure; but what was refused before it began has never been a run. A failure to write it is not told: that of
   * the run is what matters.
   *
   * @param message what is to be said of it
   */
  async fail(error: unknown, message: string): Promise<void> {
    const isRefusal = this.#beginning === undefined && error instanceof UserError && error.exitCode !== 1;
    if (isRefusal) return;
    await this.#beginning;
    const ended = new Date().toISOString();
    const newest = { ...this.#begun, ended, end: 'failed', error: message } as const;
    await this.#write('failed', this.#effort.seconds, newest).catch(() => {});
  }

  async #write(
    state: Continuation['end'],
    seconds: number,
    newest: Continuation,
    result: { readonly sha256?: string } = {},
  ): Promise<void> {
    const revectorized = isRevectorized();
    const core = revectorized === undefined ? {} : { revectorized };
    const lineage = [...this.#earlier, { ...newest, ...core }];
    await this.#storage.writeRun({ state, seconds, ...result, ...(await this.#provenance), ...core, lineage });
  }
}
