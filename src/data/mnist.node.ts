// The MNIST digits.
// Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits.

import { UserError } from '../errors.ts';
import {
  type Dataset,
  type DatasetOptions,
  filePath,
  findDataset,
  printProgress,
  readDatasetFile,
} from './dataset.node.ts';
import { readIdx } from './idx.ts';
import { rowsWhere, split } from './split.ts';
import { rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

/** Images[n, 784], rows of 28 × 28 grey values from 0 to 255, and labels[n], digits from 0 to 9. */
export type Digits = [images: Tensor<Uint8Array>, labels: Tensor<Uint8Array>];

export interface Mnist {
  readonly train: Digits;
  readonly val: Digits;
  readonly test: Digits;
}

export type MnistFile = (typeof trainFiles)[number] | (typeof testFiles)[number];

const trainFiles = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'] as const;
const testFiles = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const;

export const mnist: Dataset<MnistFile> = {
  title: 'MNIST',
  folder: 'mnist',
  loader: 'loadMnist',
  // The test files come last, so that a download that was cut off after some files does not leave what looks like a
  // folder of test files only.
  files: [...trainFiles, ...testFiles],
  suffix: '.gz',
  dispensable: trainFiles,
  source: {
    mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
    files: {
      'train-images-idx3-ubyte': {
        bytes: 9_912_422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      'train-labels-idx1-ubyte': {
        bytes: 28_881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      't10k-images-idx3-ubyte': {
        bytes: 1_648_877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      't10k-labels-idx1-ubyte': {
        bytes: 4_542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    },
  },
};

/**
 * The MNIST digits from their four IDX files, plain or `.gz`: 50,000 of the 60,000 training images to train and 10,000 to
 * validate, and the 10,000 test images. A folder of the test files alone is split 8,000 / 1,000 / 1,000.
 *
 * The files are looked for in `directory`, else in the folder ALCHEMIE_DATA, else in the user's cache; only the cache is
 * filled by a download.
 *
 * @throws UserError when a named folder lacks the files, when a file is damaged, or when the download fails
 */
export async function loadMnist(options: DatasetOptions<MnistFile> = {}): Promise<Mnist> {
  const { onProgress = printProgress(process.stderr) } = options;
  const folder = await findDataset(mnist, { ...options, onProgress });
  const testDigits = await readDigits(folder, testFiles);
  const testRows = rowCount(testDigits[1]);
  if (filePath(folder, trainFiles[0]) === undefined) {
    // Dealt out row by row: the second half of these images was written by other people than the first.
    const train = rowsWhere(testDigits, (row) => row % 10 < 8);
    const val = rowsWhere(testDigits, (row) => row % 10 === 8);
    const test = rowsWhere(testDigits, (row) => row % 10 === 9);
    const shown = [train, val, test].map(([, labels]) => thousands(rowCount(labels))).join(' / ');
    onProgress(`MNIST: only the ${thousands(testRows)} test images are in ${folder}: split ${shown}`, true);
    return { train, val, test };
  }
  const digits = await readDigits(folder, trainFiles);
  const sixth = Math.floor(rowCount(digits[1]) / 6);
  const [train, val] = split(digits, [rowCount(digits[1]) - sixth, sixth]);
  return { train, val, test: testDigits };
}

async function readDigits(folder: string, [imageFile, labelFile]: readonly [MnistFile, MnistFile]): Promise<Digits> {
  const read = (file: MnistFile) => readDatasetFile(mnist, folder, file, readIdx);
  const [images, labels] = await Promise.all([read(imageFile), read(labelFile)]);
  const [rows, height, width] = images.shape;
  if (rows === undefined || images.shape.length !== 3 || height !== 28 || width !== 28) {
    throw new UserError(
      `loadMnist: ${imageFile} must hold images of shape [n, 28, 28], got [${images.shape.join(', ')}]`,
    );
  }
  if (labels.shape.length !== 1 || rowCount(labels) !== rows) {
    throw new UserError(
      `loadMnist: ${labelFile} must hold a label for each of ${rows} images, got shape [${labels.shape.join(', ')}]`,
    );
  }
  const wrong = labels.data.find((label) => label > 9);
  if (wrong !== undefined) throw new UserError(`loadMnist: ${labelFile} must hold digits from 0 to 9, got ${wrong}`);
  return [tensor(images.data, [rows, rowSize(images)]), labels];
}

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
