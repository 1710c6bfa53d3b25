// The MNIST digits, wherever their files come from.
// Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits.

import { UserError } from '../errors.ts';
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

/** Images and labels. */
export const trainFiles = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'] as const;
export const testFiles = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const;

/**
 * A sixth of the training images validates. Without training images the test images are split 8 : 1 : 1, dealt out row by
 * row: the second half of them was written by other people than the first.
 */
export function mnistOf(train: Digits | undefined, test: Digits): Mnist {
  if (!train) {
    return {
      train: rowsWhere(test, (row) => row % 10 < 8),
      val: rowsWhere(test, (row) => row % 10 === 8),
      test: rowsWhere(test, (row) => row % 10 === 9),
    };
  }
  const rows = rowCount(train[1]);
  const sixth = Math.floor(rows / 6);
  const [learnt, val] = split(train, [rows - sixth, sixth]);
  return { train: learnt, val, test };
}

/**
 * The contents of two files as digits.
 *
 * @throws UserError naming the file when they are no images of 28 × 28 and their labels
 */
export function digitsOf(
  [imageFile, labelFile]: readonly [MnistFile, MnistFile],
  images: Tensor<Uint8Array>,
  labels: Tensor<Uint8Array>,
): Digits {
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
