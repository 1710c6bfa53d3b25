// The MNIST digits from files on disk.

import {
  type Dataset,
  type DatasetOptions,
  filePath,
  findDataset,
  readDatasetFile,
  settleDataset,
} from './dataset.node.ts';
import { readIdx } from './idx.ts';
import { type Digits, digitsOf, type Mnist, type MnistFile, mnistOf, testFiles, trainFiles } from './mnist.ts';
import { rowCount } from './tensor.ts';

export type { Digits, Mnist, MnistFile };

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
 * filled by a download. In a browser they are those that were given to `storeDatasetFile`.
 *
 * @throws UserError when a named folder lacks the files, when a file is damaged, or when the download fails
 */
export async function loadMnist(options: DatasetOptions<MnistFile> = {}): Promise<Mnist> {
  const settled = settleDataset(mnist, options);
  const folder = await findDataset(mnist, settled);
  const test = await readDigits(folder, testFiles);
  const hasAll = filePath(folder, trainFiles[0]) !== undefined;
  const digits = mnistOf(hasAll ? await readDigits(folder, trainFiles) : undefined, test);
  if (!hasAll)
    settled.onProgress(`MNIST: only the ${thousands(test)} test images are in ${folder}: split ${shown(digits)}`, true);
  return digits;
}

async function readDigits(folder: string, files: readonly [MnistFile, MnistFile]): Promise<Digits> {
  const read = (file: MnistFile) => readDatasetFile(mnist, folder, file, readIdx);
  const [images, labels] = await Promise.all([read(files[0]), read(files[1])]);
  return digitsOf(files, images, labels);
}

function shown({ train, val, test }: Mnist): string {
  return [train, val, test].map(thousands).join(' / ');
}

function thousands([, labels]: Digits): string {
  return rowCount(labels).toLocaleString('en-US');
}
