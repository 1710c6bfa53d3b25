// The built `alc` as a process, in temporary directories.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('.', import.meta.resolve('alchemie/package.json')));

export const main = join(root, 'dist/cli/main.js');

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** What is started instead of Node.js with `alc`. */
  readonly command?: readonly [string, ...string[]];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as stderr contains the text; rejects if the process ends without it. */
  readonly says: (text: string) => Promise<void>;
}

/** Only what a process needs, so that no setting of the tests' surroundings leaks into it. */
export function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = tmpdir(), TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...extra };
}

export function start(args: readonly string[], options: ProcessOptions = {}): Running {
  const [command, ...before] = options.command ?? [process.execPath, main];
  const child = spawn(command, [...before, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    uid: options.uid,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`alc ended without saying '${text}', but:\n${stderr}`)));
      look();
    });
  return { child, ended, says };
}

/** Runs `alc` to its end. */
export function alc(args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** Runs `alc`, which must succeed; gives what it printed on stdout. */
export async function alcOk(args: readonly string[], options: ProcessOptions = {}): Promise<string> {
  const { code, signal, stdout, stderr } = await alc(args, options);
  if (code !== 0) throw new Error(`alc ${args.join(' ')}: ended with ${code ?? signal}\n${stdout}${stderr}`);
  return stdout;
}

/** A new folder; `removeTemporaries` removes it. */
export function temporary(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'alc-test-'));
  temporaries.push(directory);
  put(directory, files);
  return directory;
}

const temporaries: string[] = [];

/** For `afterAll`. */
export function removeTemporaries(): void {
  for (const directory of temporaries.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export function put(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

/** SHA-256 of every file below a directory, by path; directories and links are noted too. */
export function tree(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(directory.length + 1);
    found[name] = entry.isFile() ? hash(readFileSync(path)) : entry.isDirectory() ? 'directory' : 'other';
  }
  return found;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function read(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}

/** The file of the highest number among `<prefix><number><suffix>`. */
export function newest(directory: string, prefix: string, suffix: string): string | undefined {
  const numbers = readdirSync(directory).flatMap((name) => {
    const middle = name.slice(prefix.length, name.length - suffix.length);
    return name.startsWith(prefix) && name.endsWith(suffix) && /^\d+$/.test(middle) ? [Number(middle)] : [];
  });
  return numbers.length === 0 ? undefined : join(directory, `${prefix}${Math.max(...numbers)}${suffix}`);
}

export function newestCheckpoint(directory: string): string {
  const path = newest(directory, 'checkpoint-', '.safetensors');
  if (path === undefined) throw new Error(`${directory}: no checkpoint, but ${readdirSync(directory).join(', ')}`);
  return path;
}

/** What a finished run has to show and what must not depend on how it got there. */
export interface Results {
  readonly report: string;
  readonly log: string;
  /** Of the newest checkpoint. */
  readonly sha256: string;
  readonly bytes: number;
}

export function results(directory: string): Results {
  const checkpoint = newestCheckpoint(directory);
  return {
    report: read(directory, 'report-last.json'),
    log: read(directory, 'log.jsonl'),
    sha256: hash(readFileSync(checkpoint)),
    bytes: lstatSync(checkpoint).size,
  };
}
