// Numbers that stand on both sides, where memory is laid out and in the kernels that use it: were they to differ, a kernel
// would write beyond its scratch memory.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../testing/alc.ts';

function constantIn(file: string, name: string): number {
  const text = readFileSync(join(root, file), 'utf8');
  const [, value] = new RegExp(`\\bconst ${name}\\b[^=\\n]*= (\\d+);`).exec(text) ?? [];
  if (value === undefined) throw new Error(`${file}: has no constant ${name}`);
  return Number(value);
}

it.each([
  ['src/graph/ops/matmul.ts', 'KC', 'assembly/matmul.ts', 'KC'],
  ['src/graph/ops/matmul.ts', 'MC', 'assembly/matmul.ts', 'MC'],
  ['src/graph/ops/matmul.ts', 'NC', 'assembly/matmul.ts', 'NC'],
  ['src/graph/ops/softmax.ts', 'BLOCK', 'assembly/softmax.ts', 'BLOCK'],
  ['src/graph/ops/random.ts', 'BLOCK_BYTES', 'assembly/philox.ts', 'BLOCK'],
  ['src/machine/layout.ts', 'REVECTORIZED', 'assembly/instruction.ts', 'REVECTORIZED'],
  ['src/machine/team.node.ts', 'READY', 'assembly/team.ts', 'READY'],
])('%s: %s is that of %s', (file, name, kernel, constant) => {
  expect(constantIn(kernel, constant)).toBe(constantIn(file, name));
});
