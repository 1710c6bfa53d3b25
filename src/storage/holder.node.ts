// Who holds a lock: a process, told from all others on all machines, and whether it still lives.

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { quote } from '../errors.ts';
import { codeOf, orNull } from './disk.node.ts';
import { isJsonObject, type Json, parseJson } from './json.ts';

/** Who made a lock file. */
export interface Holder {
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

/** Who we are. */
export function self(): Omit<Holder, 'uuid' | 'since' | 'heartbeat'> {
  return {
    host: hostname(),
    bootId: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStart: statOf(process.pid)?.start ?? null,
  };
}

export function lifeOf(holder: Holder): 'alive' | 'dead' | 'unknown' {
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

export function nameOf({ pid, host }: Holder): string {
  return `process ${pid} on host ${quote(host)}`;
}

/** Undefined if the text makes no sense, as after a loss of power. */
export function parseHolder(text: string): Holder | undefined {
  const lock = orNull(() => parseJson(text, 'lock')) ?? undefined;
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
