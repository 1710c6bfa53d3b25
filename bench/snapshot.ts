// What a snapshot costs: copied out of the machine, and written durably to disk as a checkpoint.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrialDirectory } from '../src/storage/trial.node.ts';
import type { Snapshot } from '../src/trainable.ts';
import { measure, type Result, validate } from './measure.ts';
import { classifier, xor } from './trainers.ts';

const METADATA = { alchemie: 'bench', step: 0, wasm: '', program: '', module: '', data: '', pars: '', lineage: [] };

function bytesOf(snapshot: Snapshot): number {
  return Array.from(snapshot.values()).reduce((sum, { data }) => sum + data.byteLength, 0);
}

function isSame(a: Snapshot, b: Snapshot | undefined): boolean {
  return b !== undefined && Array.from(a).every(([name, { data }]) => data.every((x, i) => x === b.get(name)?.data[i]));
}

export async function run(): Promise<Result[]> {
  const location = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    const results: Result[] = [];
    const trainings = { 'XOR 2-3-1': xor('adam'), '784-512-256-10': classifier([784, 512, 256, 10], 128, 'adam') };
    for (const [model, { trainer }] of Object.entries(trainings)) {
      await trainer.fit({ between: () => true });
      const storage = new TrialDirectory(mkdtempSync(join(location, 'trial-')));
      storage.readLog();
      const snapshot = trainer.snapshot();
      storage.writeCheckpoint(snapshot, METADATA);
      validate(model, isSame(snapshot, storage.newestCheckpoint().checkpoint?.snapshot));

      let kept = trainer.snapshot();
      const { copy, again, write } = await measure({
        copy: () => trainer.snapshot(),
        again: () => {
          kept = trainer.snapshot(kept);
        },
        write: () => storage.writeCheckpoint(snapshot, METADATA),
      });
      storage.close();
      const mebibytes = bytesOf(snapshot) / 2 ** 20;
      const isLarge = mebibytes >= 1;
      const size = isLarge ? `${mebibytes.toFixed(1)} MiB` : `${bytesOf(snapshot)} bytes`;
      for (const [what, { milliseconds, noise }] of [
        ['snapshot', copy] as const,
        ['snapshot over an earlier one', again] as const,
        ['durable checkpoint', write] as const,
      ]) {
        const name = `${model}, adam, ${size}: ${what}`;
        results.push({ name, value: milliseconds, unit: 'ms', noise });
        if (isLarge) results.push({ name, value: (1000 * milliseconds) / mebibytes, unit: 'µs/MiB' });
      }
    }
    return results;
  } finally {
    rmSync(location, { recursive: true, force: true });
  }
}
