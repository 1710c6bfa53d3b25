// Writes the golden checkpoints of this version into src/storage/golden/<version>, once for each released version:
// npm run build && node src/testing/golden.mjs

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeCheckpoint } from '../../dist/storage/checkpoint.js';
import { sha256 } from '../../dist/storage/sha256.node.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const place = join(root, 'src/storage/golden', version);
mkdirSync(place, { recursive: true });

function alc(...args) {
  try {
    execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { stdio: 'inherit' });
  } catch (error) {
    if (error.status !== 9) throw error;
  }
}

/** Interrupts a new configuration of a module, and keeps its checkpoint. */
function interrupt(name, module, ...options) {
  const location = mkdtempSync(join(tmpdir(), 'alc-golden-'));
  alc('create', module, location);
  alc('run', module, join(location, '1'), ...options);
  const path = join(place, `${name}.safetensors`);
  copyFileSync(join(location, '1', 'checkpoint-1.safetensors'), path);
  const { snapshot, metadata } = decodeCheckpoint(readFileSync(path), sha256);
  const hash = ({ data }) => createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
  const tensors = Object.fromEntries(
    [...snapshot].map(([key, tensor]) => [key, { shape: tensor.shape, sha256: hash(tensor) }]),
  );
  return { directory: join(location, '1'), expected: { step: metadata.step, tensors } };
}

const counting = join(root, 'src/testing/counting-experiment.ts');
const { directory, expected } = interrupt('counting', counting, '--time-limit=0ms');
for (const name of ['cfg.mjs', 'log.jsonl']) copyFileSync(join(directory, name), join(place, name));
alc('run', counting, directory);
const report = JSON.parse(readFileSync(join(directory, 'report-last.json'), 'utf8'));
const mlp = interrupt('mlp', join(root, 'examples/mlp-xor.ts'), '--time-limit=1ms').expected;
const text = JSON.stringify({ counting: expected, mlp, report }, null, 2);
writeFileSync(join(place, 'expected.json'), `${text}\n`);
