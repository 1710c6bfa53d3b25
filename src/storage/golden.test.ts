// Checkpoints of every released version are still read, and continued where the user accepts it. They were written by
// src/testing/golden.mjs.

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, put, read, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { sha256 } from './sha256.node.ts';

afterAll(removeTemporaries);

const golden = join(root, 'src/storage/golden');

describe.each(readdirSync(golden))('of version %s', (version) => {
  const place = join(golden, version);
  const expected = JSON.parse(read(place, 'expected.json'));

  it.each(['counting', 'mlp'])('the checkpoint %s is read to the last bit', (name) => {
    const { snapshot, metadata } = decodeCheckpoint(readFileSync(join(place, `${name}.safetensors`)), sha256);
    expect([metadata.alchemie, metadata.step, metadata.lineage]).toEqual([version, expected[name].step, []]);
    const tensors = [...snapshot].map(([key, { data, shape }]) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [key, { shape, sha256: Buffer.from(sha256([bytes])).toString('hex') }];
    });
    expect(Object.fromEntries(tensors)).toEqual(expected[name].tensors);
  });

  it('a run is continued from it to the same result', { timeout: 60_000 }, async () => {
    const location = temporary();
    put(location, { '1/cfg.mjs': read(place, 'cfg.mjs'), '1/log.jsonl': read(place, 'log.jsonl') });
    copyFileSync(join(place, 'counting.safetensors'), join(location, '1/checkpoint-1.safetensors'));
    const module = join(root, 'src/testing/counting-experiment.ts');
    const { code, stderr } = await alc(['run', module, join(location, '1'), '--accept-changed']);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('continuing at step 1, from checkpoint 1\n');
    expect(JSON.parse(read(location, '1/report-last.json'))).toMatchObject(expected.report);
  });
});
