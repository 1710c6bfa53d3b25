// A checkpoint is a safetensors file: two readers that share nothing with the product open it, and find the parameters
// of the same training done as a library by their names.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { alcOk, newestCheckpoint, removeTemporaries, root, start } from '../testing/alc.ts';
import experiment, { type CutPars, cutPars } from '../testing/cut-experiment.ts';
import { cutLocation, cutModule } from '../testing/cuts.ts';

afterAll(removeTemporaries);

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format in a few lines: 8 bytes of length, JSON, bytes. */
function open(path: string) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString('utf8', 8, start));
  const tensors = new Map<string, { entry: Entry; bytes: Buffer }>();
  for (const [name, entry] of Object.entries<Entry>(entries)) {
    const [begin, end] = entry.data_offsets;
    tensors.set(name, { entry, bytes: bytes.subarray(start + begin, start + end) });
  }
  return { bytes, start, metadata, tensors };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const pars: CutPars = { ...cutPars, hidden: [7, 5], steps: 20_000, optimizer: { name: 'adam', learningRate: 0.01 } };

/** The same as `alc run` does, as a library. */
async function trained(directory: string) {
  const { seed } = await import(pathToFileURL(join(directory, 'cfg.mjs')).href);
  const context = { seed, notice: () => {} };
  const data = await experiment.loadData(pars, context);
  const trainer = await experiment.newTrainer(pars, data, context);
  await trainer.fit();
  return trainer;
}

const run = promisify(execFile);
const pythons = await Promise.all(
  ['/usr/bin/python3', 'python3'].map((python) =>
    run(python, ['-c', 'import numpy']).then(
      () => [python],
      () => [],
    ),
  ),
);
const [python] = pythons.flat();

describe('a checkpoint', async () => {
  const directory = join(await cutLocation(pars), '1');
  await alcOk(['run', cutModule, directory]);
  const path = newestCheckpoint(directory);
  const trainer = await trained(directory);

  it('gives the parameters by name', () => {
    const { tensors } = open(path);
    const names = ['hidden0', 'hidden1', 'output'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
    expect([...trainer.parameters.keys()].sort()).toEqual(names.sort());
    for (const [name, parameter] of trainer.parameters) {
      const found = tensors.get(name);
      expect(found?.entry).toMatchObject({ dtype: 'F32', shape: parameter.shape });
      expect(found?.bytes, name).toEqual(bytesOf(parameter));
    }
    expect(tensors.get('step')?.bytes.readInt32LE()).toBe(20_000);
    expect(tensors.get('step')?.entry).toMatchObject({ dtype: 'I32', shape: [] });
  });

  it('gives the best parameters and the memory of the optimizer, in their shapes', async () => {
    const { tensors } = open(path);
    for (const prefix of ['best', 'firstMoment', 'secondMoment']) {
      for (const [name, { shape }] of trainer.parameters) {
        expect(tensors.get(`${prefix}.${name}`)?.entry.shape, prefix + name).toEqual(shape);
      }
    }
    await trainer.withBest(() => {
      for (const [name, parameter] of trainer.parameters) {
        expect(tensors.get(`best.${name}`)?.bytes, name).toEqual(bytesOf(parameter));
      }
    });
  });

  it('has the state zone of the memory as its data, and the hash of all before it at the end', () => {
    const { bytes, start, tensors } = open(path);
    const [first] = [...trainer.snapshot().values()];
    const zone = new Uint8Array(first?.data.buffer ?? new ArrayBuffer());
    expect(bytes.subarray(start, -32)).toEqual(Buffer.from(zone));
    let end = 0;
    for (const { entry } of tensors.values()) {
      expect(entry.data_offsets[0]).toBe(end);
      end = entry.data_offsets[1];
    }
    expect([...tensors.keys()].at(-1)).toBe('sha256');
    expect(tensors.get('sha256')?.entry).toMatchObject({ dtype: 'U8', shape: [32] });
    expect(tensors.get('sha256')?.bytes.toString('hex')).toBe(sha256(bytes.subarray(0, -32)));
  });

  it('says what it belongs to, and nothing that depends on time or place', () => {
    const { metadata } = open(path);
    expect(Object.keys(metadata).sort()).toEqual([
      'alchemie',
      'data',
      'format',
      'logBytes',
      'logSha256',
      'module',
      'pars',
      'program',
      'step',
      'wasm',
    ]);
    expect(metadata.wasm).toBe(sha256(readFileSync(join(root, 'dist/core.wasm'))));
    const log = readFileSync(join(directory, 'log.jsonl'));
    expect([metadata.logBytes, metadata.logSha256]).toEqual([`${log.length}`, sha256(log)]);
    expect(metadata.step).toBe('20000');
  });

  it('of an interrupted run can be opened too', async () => {
    const other = join(await cutLocation({ steps: 1e9 }), '1');
    const { child, ended, says } = start(['run', cutModule, other]);
    await says('loaded');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(9);
    const { bytes, tensors, metadata } = open(newestCheckpoint(other));
    expect(tensors.get('sha256')?.bytes.toString('hex')).toBe(sha256(bytes.subarray(0, -32)));
    expect(tensors.get('step')?.bytes.readInt32LE()).toBe(Number(metadata.step));
  });

  it.skipIf(python === undefined)('opens in Python with numpy', async () => {
    const { stdout } = await run(python ?? '', [join(root, 'src/testing/safetensors.py'), path]);
    const { metadata, tensors } = open(path);
    const found = JSON.parse(stdout);
    expect(found.metadata).toEqual(metadata);
    expect(found.tensors).toEqual([...tensors].map(([name, { entry, bytes }]) => [name, entry.shape, sha256(bytes)]));
  });
});
