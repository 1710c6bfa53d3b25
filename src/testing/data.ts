// Where tests find the files of real data sets, and files of the same kind for where there are none.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Dataset, datasetFolder } from '../data/dataset.node.ts';
import { jsb } from '../data/jsb.node.ts';
import { type MnistFile, mnist } from '../data/mnist.node.ts';

/**
 * The folder of the real files: that of ALCHEMIE_DATA, else `../shared/data/<folder>` beside the checkout, else nothing,
 * which is an error in continuous integration, and so is an ALCHEMIE_DATA without any data set.
 */
export function datasetDirectory<File extends string>(
  dataset: Dataset<File>,
  shared = fileURLToPath(new URL('../../../shared/data', import.meta.url)),
): string | undefined {
  const named = process.env.ALCHEMIE_DATA || undefined;
  const hasOther = named !== undefined && (datasetFolder(mnist, named) ?? datasetFolder(jsb, named)) !== undefined;
  const folder =
    (named !== undefined ? datasetFolder(dataset, named) : undefined) ??
    (named === undefined || hasOther ? datasetFolder(dataset, shared) : undefined);
  if (folder === undefined && ((named !== undefined && !hasOther) || process.env.CI)) {
    throw new Error(
      `datasetDirectory: no ${dataset.title} files in ${named ?? '../shared/data'}; ` +
        `set ALCHEMIE_DATA to a folder that holds ${dataset.files.join(', ')}`,
    );
  }
  return folder;
}

/** The bytes of an IDX file. */
export function idxBytes(elements: Uint8Array, shape: readonly number[]): Uint8Array {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + elements.length);
  bytes.set([0, 0, 8, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((axis, i) => {
    view.setUint32(4 + 4 * i, axis);
  });
  bytes.set(elements, start);
  return bytes;
}

/**
 * Made-up digits as IDX files, compressed with gzip: each class lights its own patch of a noisy image, so a model can
 * learn them; always the same ones. Without `train` only the two test files are made.
 */
export function generatedMnist(count: { readonly test: number; readonly train?: number }): Map<MnistFile, Uint8Array> {
  const files = new Map<MnistFile, Uint8Array>();
  const add = (images: MnistFile, labels: MnistFile, rows: number, seed: number): void => {
    const digits = generatedDigits(rows, seed);
    files.set(images, gzipSync(idxBytes(digits.images, [rows, 28, 28])));
    files.set(labels, gzipSync(idxBytes(digits.labels, [rows])));
  };
  if (count.train !== undefined) add('train-images-idx3-ubyte', 'train-labels-idx1-ubyte', count.train, 1);
  add('t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte', count.test, 2);
  return files;
}

/** Writes `generatedMnist` files into a folder, which is made where needed. */
export async function writeGeneratedMnist(
  directory: string,
  count: { readonly test: number; readonly train?: number },
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [file, bytes] of generatedMnist(count)) await writeFile(join(directory, `${file}.gz`), bytes);
}

function generatedDigits(rows: number, seed: number): { images: Uint8Array; labels: Uint8Array } {
  let state = seed;
  // Numerical Recipes' linear congruential generator; its upper bits.
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const images = new Uint8Array(rows * 784).map(() => random(60));
  const labels = new Uint8Array(rows).map((_, row) => {
    const label = random(10);
    const [top, left] = [14 * Math.floor(label / 5) + 3 + random(3), 5 * (label % 5) + 1 + random(2)];
    for (let y = top; y < top + 7; y += 1) {
      for (let x = left; x < left + 4; x += 1) images[row * 784 + y * 28 + x] = 150 + random(106);
    }
    return label;
  });
  return { images, labels };
}
