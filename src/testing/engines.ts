// Runs on other engines: begun on one and finished on another, they must have the same results.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { alc, alcOk, main, type Results, results, root } from './alc.ts';
import { cutLocation, cutModule } from './cuts.ts';

/** What starts `alc` there. */
export type Engine = readonly [node: string, ...flags: string[]];

export const compilers: Readonly<Record<string, Engine>> = {
  default: [process.execPath],
  'baseline compiler': [process.execPath, '--liftoff-only'],
  'optimizing compiler': [process.execPath, '--no-liftoff'],
};

/** A version of Node.js, from the registry, kept beside the installed packages. */
export function nodeOf(major: number): Engine {
  const system = platform() === 'win32' ? 'win' : platform();
  const name = `node-${system}-${arch()}`;
  const place = join(root, 'node_modules', '.cache', `node-${major}`);
  const node = join(place, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    mkdirSync(place, { recursive: true });
    execFileSync('npm', ['install', '--prefix', place, '--ignore-scripts', '--no-save', `${name}@${major}`]);
  }
  return [node];
}

const pars = { steps: 20_000, rows: 40, hidden: [9] };

async function newTrial(): Promise<string> {
  return join(await cutLocation(pars), '1');
}

export async function wholeOn(engine: Engine): Promise<Results> {
  const directory = await newTrial();
  await alcOk(['run', cutModule, directory], { command: [...engine, main] });
  return results(directory);
}

/** Begun on one engine, interrupted at once, and finished on another. */
export async function begunAndFinished(first: Engine, second: Engine): Promise<Results> {
  const directory = await newTrial();
  const { code, stderr } = await alc(['run', cutModule, directory, '--time-limit=0ms'], { command: [...first, main] });
  if (code !== 9) throw new Error(`${first.join(' ')}: ended with ${code}\n${stderr}`);
  const continued = await alc(['run', cutModule, directory], { command: [...second, main] });
  if (continued.code !== 0 || !continued.stderr.includes('continuing at step')) {
    throw new Error(`${second.join(' ')}: ended with ${continued.code}\n${continued.stderr}`);
  }
  return results(directory);
}
