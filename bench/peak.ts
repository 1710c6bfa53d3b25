// What one core could do at the most: multiplications and additions of four floats in registers, no memory.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instantiateSync } from '@assemblyscript/loader';
import { validate } from './measure.ts';

/** Enough chains of dependent operations to hide their latency, few enough to stay in 16 registers. */
const CHAINS = 12;
const STEPS = 100_000;

const chains = (line: (chain: number) => string): string =>
  Array.from({ length: CHAINS }, (_, i) => line(i)).join('\n');

const SOURCE = `
export function run(steps: i32, factor: f32): f32 {
  // Not a constant: V8 13 loads those anew for every use.
  const half = f32x4.splat(factor);
  ${chains((i) => `let y${i} = f32x4.splat(${i});`)}
  for (let step = 0; step < steps; step++) {
    ${chains((i) => `y${i} = f32x4.add(f32x4.mul(y${i}, half), half);`)}
  }
  let sum = half;
  ${chains((i) => `sum = f32x4.add(sum, y${i});`)}
  return f32x4.extract_lane(sum, 0);
}`;

function compile(source: string): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    const asc = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
    const options = ['--outFile', 'peak.wasm', '--optimizeLevel', '3', '--runtime', 'stub', '--enable', 'simd'];
    writeFileSync(join(directory, 'peak.ts'), source);
    execFileSync(process.execPath, [asc, 'peak.ts', ...options], { cwd: directory });
    return readFileSync(join(directory, 'peak.wasm'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Something to time, and how many operations it does. */
export function peak() {
  const { run } = instantiateSync(compile(SOURCE)).instance.exports;
  if (typeof run !== 'function') throw new Error('peak: run is missing');
  const name = '128-bit multiply and add';
  // Every chain converges to 1.
  validate(name, run(STEPS, 0.5) === 0.5 + CHAINS);
  return { name, operations: STEPS * CHAINS * 8, run: () => run(STEPS, 0.5) };
}
