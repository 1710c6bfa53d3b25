// A fixed computation that goes through all tiles of the matrix product and the vector kernels: what it gives must be the
// same however the core was compiled.

import { constant, data, type Node, type Shape, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { Machine } from './machine.ts';

/** Odd multiples of 2⁻⁷ in (−2, 2). */
function floats(shape: Shape, seed: number): Node {
  const values = Float32Array.from({ length: size(shape) }, (_, i) => ((i * 73 + seed * 29) % 255) / 64 - 1.9921875);
  return data(`${seed}`, values, shape);
}

function products(): Node[] {
  const small = ops.matmul(floats([4, 2], 1), floats([2, 3], 2));
  const tiled = Array.from({ length: 19 }, (_, i) => {
    const [m, k, n] = [3 + i, 17 + 32 * i, 1 + i];
    return [
      ops.matmul(floats([m, k], 1), floats([k, n], 2)),
      ops.matmul(floats([k, m], 3), floats([k, 40], 4), { a: true }),
      ops.matmul(floats([m, k], 5), floats([16 + n, k], 6), { b: true }),
      ops.matmul(floats([k, m], 3), floats([k, 10 + n], 4), { a: true }),
    ];
  });
  return [small, ...tiled.flat()];
}

function elementwise(): Node[] {
  const [x, y, row] = [floats([19, 23], 7), floats([19, 23], 8), floats([23], 9)];
  const positive = ops.abs(x);
  const maps = [ops.negate, ops.sign, ops.floor, ops.square, ops.reciprocal, ops.exp, ops.sin, ops.cos, ops.erf];
  const activations = [ops.relu, ops.tanh, ops.sigmoid, ops.softplus, ops.softsign, ops.gelu, ops.silu];
  const zips = [ops.add, ops.subtract, ops.multiply, ops.divide, ops.maximum, ops.minimum, ops.atLeast];
  const gradients = [ops.reluGradient, ops.tanhGradient, ops.sigmoidGradient];
  return [
    ...[...maps, ...activations].map((op) => op(x)),
    ...[ops.sqrt, ops.log, ops.log1p].map((op) => op(positive)),
    ...[...zips, ...gradients].flatMap((op) => [op(x, y), op(x, row), op(x, constant(0.375))]),
    ops.pow(positive, y),
    ops.binaryCrossEntropy(x, ops.sigmoid(y)),
    ops.softmax(x),
    ops.logSoftmax(x),
    ops.softmaxCrossEntropy(x, ops.softmax(y)),
    ops.flush(ops.multiply(x, 2 ** -100)),
    ops.sum(x),
    ops.sumTo(x, [23]),
    ops.sumTo(x, [19, 1]),
  ];
}

/** The bytes of all results, one after the other. */
export function workload(): Uint8Array {
  const outputs = [...products(), ...elementwise()];
  const machine = new Machine([], { workload: { updates: [], outputs } });
  machine.run('workload');
  const bytes = new Uint8Array(4 * outputs.reduce((total, { shape }) => total + size(shape), 0));
  let at = 0;
  for (const node of outputs) {
    const view = machine.view(node);
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
    at += view.byteLength;
  }
  return bytes;
}
