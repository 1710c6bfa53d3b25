// V8's revectorization: in 64-bit processes on x86 with AVX2, V8 13 (Node.js 24) can join operations on two neighboring
// vectors into one of 256 bits. That doubles the speed of the matrix product and changes no bit, as lanes stay as they are
// and nothing is contracted. It is experimental, though: so it is used where a process of its own, which may even crash, has
// computed a fixed workload right with it. The verdict is remembered for this Node.js, processor, core and result.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { UserError } from '../errors.ts';

/** Set to `on` or `off` to have it, or not to have it, without a check. */
export const VARIABLE = 'ALCHEMIE_REVECTORIZE';

/** SHA-256 of the workload. When a kernel is meant to compute other bits than before, replace it. */
export const WORKLOAD_SHA256 = '6a36211c114d868effa5056b4100c6acdd1c69ac7846cc52a5e92ad54bf74b2a';

const CHECK = fileURLToPath(new URL('../machine/selfCheck.node.js', import.meta.url));
const CHECK_MILLISECONDS = 20_000;

/** A machine that was too busy for the check may not be so tomorrow. */
const PATIENCE_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Signals by which a process ends that does what it must not. */
const CRASHES = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGTRAP'];

/**
 * Switches it on if it is wanted and can be trusted; says whether it is on. To be called before the core is compiled: V8
 * takes a module that it has compiled before from its cache.
 *
 * @param core the bytes of the core
 * @throws UserError when it is asked for where there is none
 */
export function revectorize(core: Uint8Array): boolean {
  if (!isWanted(core)) return false;
  setFlagsFromString('--experimental-wasm-revectorize');
  return true;
}

function isWanted(core: Uint8Array): boolean {
  const wish = process.env[VARIABLE] ?? 'auto';
  if (wish === 'off') return false;
  if (wish !== 'on' && wish !== 'auto') {
    throw new UserError(
      `${VARIABLE}: must be on, off or auto, got '${wish}'; unset it to leave the choice to alchemie`,
    );
  }
  const isThere = process.arch === 'x64' && Number.parseInt(process.versions.v8, 10) >= 13;
  if (wish === 'auto') return isThere && isTrusted(core);
  if (isThere) return true;
  throw new UserError(
    `${VARIABLE}: cannot be on, got Node.js ${process.versions.node} on ${process.arch}; use Node.js 24 or later on x64`,
  );
}

/** Looks the verdict up, or makes it. */
function isTrusted(core: Uint8Array): boolean {
  const { node, v8 } = process.versions;
  const hash = createHash('sha256').update(core);
  const key = hash.update(JSON.stringify([node, v8, cpus()[0]?.model, WORKLOAD_SHA256])).digest('hex');
  const directory = cacheDirectory();
  const file = join(directory, `revectorization-${key.slice(0, 16)}`);
  try {
    const verdict = readFileSync(file, 'utf8');
    if (verdict === 'right' || verdict === 'wrong') return verdict === 'right';
    if (verdict === 'late' && Date.now() - statSync(file).mtimeMs < PATIENCE_MILLISECONDS) return false;
  } catch {
    // Not known yet, or not to be read: it is found out anew.
  }
  const verdict = findVerdict();
  if (verdict === undefined) return false;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, verdict);
  } catch {
    // Without a place to remember it, the next process finds it out again.
  }
  return verdict === 'right';
}

/**
 * Whether a process of its own computes the workload right, all of it by the optimizing compiler, and in time; undefined where
 * that could not be found out, as the process was not started or was killed by somebody.
 */
function findVerdict(): 'right' | 'wrong' | 'late' | undefined {
  // Programs that contain Node.js would start themselves.
  if (!/^node(js)?(\.exe)?$/i.test(basename(process.execPath))) return undefined;
  const { stdout, error, signal } = spawnSync(process.execPath, ['--no-liftoff', CHECK], {
    env: { ...process.env, NODE_OPTIONS: '', [VARIABLE]: 'on' },
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: CHECK_MILLISECONDS,
  });
  if (error) return 'code' in error && error.code === 'ETIMEDOUT' ? 'late' : undefined;
  if (signal && !CRASHES.includes(signal)) return undefined;
  return stdout === WORKLOAD_SHA256 ? 'right' : 'wrong';
}

function cacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const usual = {
    darwin: join(homedir(), 'Library', 'Caches'),
    win32: LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
  }[process.platform as string];
  return join(XDG_CACHE_HOME || usual || join(homedir(), '.cache'), 'alchemie');
}
