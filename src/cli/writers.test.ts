// Even without the lock, writers of one configuration write the same bytes.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alcOk, removeTemporaries, results, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

const module = join(root, 'src/testing/counting-experiment.ts');
/** As deep in the project as the source: it finds the core from there. */
const writer = join(root, 'build/testing/unlockedWriter.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(root, 'src/testing/unlockedWriter.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      '#wasm': join(root, 'src/machine/wasm.node.ts'),
      '#datasets': join(root, 'src/data/datasets.node.ts'),
    },
  });
});

it('eight of them give the bytes of one', { timeout: 120_000 }, async () => {
  const location = temporary({ 'pars.json': JSON.stringify([1, 2].map(() => ({ steps: 400, width: 500 }))) });
  const other = temporary({ 'pars.json': JSON.stringify({ steps: 400, width: 500 }) });
  for (const place of [location, other]) await alcOk(['create', module, place, '--from', join(place, 'pars.json')]);
  await alcOk(['run', module, join(other, '1')]);

  const directory = join(location, '1');
  const write = (): Promise<string> =>
    new Promise((resolve) => {
      let said = '';
      const child = spawn(process.execPath, [writer, module, directory]);
      child.stdout.on('data', (text) => {
        said += text;
      });
      child.stderr.on('data', (text) => {
        said += text;
      });
      child.on('close', () => resolve(said.trim()));
    });
  const ends = await Promise.all(Array.from({ length: 8 }, write));
  const finished = ends.filter((said) => said === 'finished').length;
  console.log(`eight writers without a lock: ${finished} finished, the same bytes as one`);
  expect(finished, ends.join('\n')).toBeGreaterThan(1);
  expect(results(directory)).toEqual(results(join(other, '1')));
});
