// Every format, opened by the programs that it is made for (verify.py). What they have read is remembered by its hash in
// verified.json, with which the short test compares; `vitest -u` writes it anew. ALCHEMIE_PYTHON is the Python that has the
// readers.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { removeTemporaries, temporary } from '../../testing/alc.ts';
import { expected, exportedFiles } from '../../testing/exports.ts';
import { everyOperationCase, operationCases, predictionCases } from '../../testing/onnxCases.ts';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

afterAll(removeTemporaries);

it('is read by other programs as it was written', async () => {
  const folder = temporary({ 'expected.json': expected() });
  const files = await exportedFiles();
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const models = [everyOperationCase(), ...operationCases(), ...(await predictionCases())];
  for (const { name, file, runs } of models) {
    mkdirSync(join(folder, 'onnx'), { recursive: true });
    writeFileSync(join(folder, 'onnx', `${name}.onnx`), file);
    writeFileSync(join(folder, 'onnx', `${name}.json`), JSON.stringify(runs));
  }
  const python = process.env.ALCHEMIE_PYTHON ?? 'python3';
  const told = execFileSync(python, [at('verify.py'), folder], { encoding: 'utf8' });
  const { values, onnxModels, ...found } = JSON.parse(told);
  console.log(`${values} values, ${onnxModels} models`, found);
  expect(onnxModels).toBe(models.length);
  expect(values).toBeGreaterThan(400);
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const sha256 = Object.fromEntries(Array.from(files, ([path, bytes]) => [path, hash(bytes)]));
  await expect(`${JSON.stringify(sha256, null, 2)}\n`).toMatchFileSnapshot('verified.json');
}, 300_000);
