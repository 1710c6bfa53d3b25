// Whole processes: what somebody waits for who types a command.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = import.meta.resolve('alchemie/package.json');

export const alc = fileURLToPath(new URL('dist/cli/main.js', root));
export const experiment = fileURLToPath(new URL('examples/mlp-xor.ts', root));

/** Milliseconds and standard output of `node …`. */
export function node(...args: readonly string[]): { readonly milliseconds: number; readonly output: string } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit code ${status}: ${stderr}`);
  return { milliseconds, output: stdout };
}
