// How the cost of a training step grows with the width, depth, batch and data of a model, and what memory it takes; one
// SVG of it all, growth.svg. Where nothing is wrong, larger is never less efficient: lines rise, then stay level.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Result, timing, validate } from './measure.ts';
import { type Panel, plot } from './plot.ts';
import { classifier, operationsPerStep } from './trainers.ts';

const SLICES = 7;

interface Series {
  readonly title: string;
  readonly of: string;
  readonly values: readonly number[];
  readonly sizes: (value: number) => readonly [number, ...number[]];
  readonly batchSize: (value: number) => number;
  readonly rows?: (value: number) => number;
}

const repeated = (units: number, times: number): number[] => Array.from({ length: times }, () => units);

const ALL: readonly Series[] = [
  {
    title: 'Width',
    of: 'units of each of 2 layers, batch 128',
    values: [64, 128, 256, 512, 1024, 2048, 4096],
    sizes: (width) => [width, width, 10],
    batchSize: () => 128,
  },
  {
    title: 'Depth',
    of: 'hidden layers of 256 units, batch 128',
    values: [1, 2, 4, 8, 16, 32],
    sizes: (depth) => [256, ...repeated(256, depth), 10],
    batchSize: () => 128,
  },
  {
    title: 'Batch',
    of: 'samples, 256-256-10',
    values: [1, 4, 16, 64, 256, 1024, 4096],
    sizes: () => [256, 256, 10],
    batchSize: (batch) => batch,
  },
  {
    title: 'Data',
    of: 'rows of training data, 64-32-10, batch 32',
    values: [1e3, 1e4, 1e5, 1e6],
    sizes: () => [64, 32, 10],
    batchSize: () => 32,
    rows: (rows) => rows,
  },
];

/** Time of a step, rate and memory of one model trained with Adam. The processor's time: others cannot lengthen it. */
async function measureOne(series: Series, value: number) {
  const [sizes, batchSize] = [series.sizes(value), series.batchSize(value)];
  const rows = series.rows?.(value) ?? 2 * batchSize;
  const { trainer } = classifier(sizes, batchSize, 'adam', { rows });
  const slice = async (): Promise<number> => {
    const [before, started] = [trainer.step, process.cpuUsage()];
    await trainer.fit({ between: () => true });
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000 / (trainer.step - before);
  };
  // Engines compile at first quickly, then well.
  for (let warm = 0; warm < 5; warm++) await slice();
  const times: number[] = [];
  for (let i = 0; i < SLICES; i++) times.push(await slice());
  validate(`${series.title} ${value}`, trainer.step > 0 && !trainer.diverged);
  const { milliseconds, noise } = timing(times);
  return {
    value,
    milliseconds,
    noise,
    rate: operationsPerStep(sizes, batchSize) / milliseconds / 1e6,
    bytes: trainer.bytes,
  };
}

export async function run(): Promise<Result[]> {
  const results: Result[] = [];
  const panels: Panel[] = [];
  for (const series of ALL) {
    const points = [];
    for (const value of series.values) points.push(await measureOne(series, value));
    for (const { value, milliseconds, noise, rate, bytes } of points) {
      const name = `${series.title.toLowerCase()} ${value}, ${series.of}`;
      results.push(
        { name, value: 1000 * milliseconds, unit: 'µs/step', noise },
        { name, value: rate, unit: 'GFLOP/s' },
        { name, value: bytes / 2 ** 20, unit: 'MiB' },
      );
    }
    panels.push({
      title: series.title,
      subtitle: series.of,
      unit: 'GFLOP/s',
      points: points.map(({ value, rate, bytes }) => ({ x: value, y: rate, note: memory(bytes) })),
    });
  }
  const path = fileURLToPath(new URL('../../bench/growth.svg', import.meta.url));
  const title = 'A training step with Adam, one core: rate of the matrix products, and memory of the model';
  writeFileSync(path, plot(title, panels));
  return results;
}

function memory(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 10 ? `${mebibytes.toFixed(1)} MiB` : `${Math.round(mebibytes)} MiB`;
}
