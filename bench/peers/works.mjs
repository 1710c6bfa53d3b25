// The trainings that everybody is given: the same data, the same networks, the same optimizers.

/** @typedef {{ name: string, sizes: readonly number[], batch: number, batches: number, activation: 'relu' | 'sigmoid', loss: 'crossEntropy' | 'binaryCrossEntropy' }} Work */

const classifier = (sizes, batch) => ({ sizes, batch, batches: 10, activation: 'relu', loss: 'crossEntropy' });

/** @type {Record<string, Omit<Work, 'name'>>} */
const works = {
  large: classifier([784, 512, 256, 10], 128),
  small: classifier([64, 32, 10], 32),
  xor: { sizes: [2, 3, 1], batch: 4, batches: 1, activation: 'sigmoid', loss: 'binaryCrossEntropy' },
};

export const learningRates = { sgd: 0.1, adam: 1e-3 };

/** @returns {Work} */
export function work(name) {
  const found = works[name];
  if (!found) throw new Error(`work: unknown name, got '${name}'; known are ${Object.keys(works).join(', ')}`);
  return { name, ...found };
}

/**
 * Inputs in [0, 1) and the class of each row, the largest of its first inputs; of XOR its four patterns.
 * Row-major float32: x[batches · batch, inputs], classes[batches · batch].
 */
export function data({ name, sizes, batch, batches }) {
  if (name === 'xor') return { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), classes: Float32Array.of(0, 1, 1, 0) };
  const [inputs, outputs] = [sizes[0], sizes.at(-1)];
  let state = 1;
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const rows = batch * batches;
  const x = Float32Array.from({ length: rows * inputs }, random);
  const classes = Float32Array.from({ length: rows }, (_, row) => {
    const first = x.subarray(row * inputs, row * inputs + outputs);
    return first.indexOf(Math.max(...first));
  });
  return { x, classes };
}

/** `classes`[n] as float32 [n, k], 1 in the column of the class. */
export function oneHot(classes, k) {
  const hot = new Float32Array(classes.length * k);
  for (const [row, column] of classes.entries()) hot[row * k + column] = 1;
  return hot;
}

/** Weights [in, out] of every layer, uniform and as wide as He's. */
export function initialWeights({ sizes }) {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  return sizes.slice(1).map((outputs, i) => {
    const [inputs, width] = [sizes[i], Math.sqrt(6 / sizes[i])];
    return {
      inputs,
      outputs,
      weight: Float32Array.from({ length: inputs * outputs }, () => width * (2 * random() - 1)),
    };
  });
}
