// Where a run comes from: module, versions, machine, git. An allow-list: no environment, no arguments, no secrets.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { arch, cpus, hostname, platform, release } from 'node:os';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import type { Runner } from '../trial/record.ts';

export interface Provenance {
  /** The file's name; where it lies is nobody else's business. */
  readonly module: string;
  /** SHA-256 of the module and of every local file that it imports, by path relative to the module. */
  readonly files: Readonly<Record<string, string>>;
  readonly git: { readonly commit: string; readonly dirty: boolean; readonly remote?: string } | null;
  readonly alchemie: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
}

export async function provenance(module: string, alchemie: string): Promise<Provenance> {
  return {
    module: basename(module),
    files: moduleFiles(module),
    git: await gitState(dirname(resolve(module))),
    alchemie,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
  };
}

/** Who runs a configuration. */
export function thisProcess(): Runner {
  return { host: hostname(), pid: process.pid, node: process.versions.node };
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g;
const EXTENSIONS = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

/** SHA-256 of the module and of every local file that it imports, by path relative to the module. */
export function moduleFiles(path: string): Record<string, string> {
  const module = resolve(path);
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    const source = readFileSync(file, 'utf8');
    found.set(file, sha256Hex(source));
    for (const [, specifier = ''] of source.matchAll(IMPORT)) {
      const base = resolve(dirname(file), specifier);
      const bare = base.slice(0, base.length - extname(base).length);
      const local = [base, bare].flatMap((path) => EXTENSIONS.map((extension) => path + extension)).find(isFile);
      if (local) visit(local);
    }
  };
  visit(module);
  const byName = [...found].map(
    ([file, hash]) => [relative(dirname(module), file).replaceAll('\\', '/'), hash] as const,
  );
  return Object.fromEntries(byName.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

async function gitState(directory: string): Promise<Provenance['git']> {
  const git = (...args: string[]): Promise<string | undefined> =>
    new Promise((settle) => {
      // Whoever only looks must not lock: a run that is killed would leave the lock behind.
      execFile('git', ['--no-optional-locks', '-C', directory, ...args], { timeout: 5000 }, (error, stdout) =>
        settle(error ? undefined : stdout.trim()),
      );
    });
  const [commit, changes, url] = await Promise.all([
    git('rev-parse', 'HEAD'),
    git('status', '--porcelain'),
    git('config', '--get', 'remote.origin.url'),
  ]);
  if (commit === undefined) return null;
  const remote = url && withoutSecrets(url);
  return { commit, dirty: changes !== '', ...(remote && { remote }) };
}

/**
 * A remote's address without user, password, query and fragment; undefined where it cannot be understood. Of a path, too,
 * only what follows the last @ is kept: before it a token may stand that was put into the wrong place.
 */
export function withoutSecrets(url: string): string | undefined {
  const [, scpHost, scpPath = ''] = /^[\w.-]+@([\w.-]+):([^?#]*)/.exec(url) ?? [];
  if (scpHost) return `${scpHost}:${afterAt(scpPath)}`;
  // Others may hide a password in what they call the path, or a home directory.
  if (!/^(https?|ssh|git|git\+ssh):\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}/${afterAt(pathname.slice(1))}`;
}

function afterAt(path: string): string {
  return path.replace(/^.*(@|%40)/i, '');
}
