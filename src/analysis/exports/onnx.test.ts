// What can be said in ONNX; that onnxruntime predicts the same is shown by exports.long.test.ts.

import { describe, expect, it } from 'vitest';
import { leaf, type Node } from '../../graph/node.ts';
import * as ops from '../../graph/ops/index.ts';
import { topological } from '../../graph/topological.ts';
import { afterSteps, everySteps } from '../../stops/index.ts';
import { everyOperation, modelCases, onnxOf } from '../../testing/onnxCases.ts';
import { Trainer } from '../../trainer.ts';
import { translations } from '../onnx/ops.ts';

describe('translations', () => {
  it('are all verified', () => {
    const used = new Set(topological([everyOperation(leaf('input', 'x', [3, 12]))]).map(({ op }) => op));
    expect(Object.keys(translations).filter((op) => !used.has(op))).toEqual([]);
  });
});

describe('onnx', () => {
  it.each(Object.entries(modelCases))('writes %s with its parameters', (_, cases) => {
    for (const { model, split } of cases) {
      const data = { train: split, val: split };
      const [pause, stop] = [everySteps(1), afterSteps(1)];
      const trainer = new Trainer({ model, data, seed: 3, optimizer: { name: 'sgd', learningRate: 0.1 }, pause, stop });
      const file = Buffer.from(onnxOf(trainer.prediction));
      // What predictions do not depend on is left out, such as the variances of an autoencoder.
      const written = [...trainer.parameters].filter(([name]) => file.includes(name));
      expect(written.length).toBeGreaterThan(1);
      for (const [name, { buffer, byteOffset, byteLength }] of written) {
        expect([name, file.includes(Buffer.from(buffer, byteOffset, byteLength))]).toEqual([name, true]);
      }
    }
  });

  const refusal = (build: (n: number) => Node): unknown => {
    try {
      return onnxOf({ build: (n) => [build(n)], valuesOf: () => new Float32Array() });
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };
  const x = (n: number): Node => leaf('input', 'x', [n, 2]);
  const seed = leaf('state', 'seed', [2], 'i32');
  const chunk = leaf('input', 'chunk', [], 'i32');

  it('names the operation that has no counterpart, and what else cannot be said', () => {
    const refused: readonly (readonly [build: (n: number) => Node, sentence: RegExp])[] = [
      [
        (n) => ops.randomNormal({ seed, step: chunk, name: 'z' }, [n, 1]),
        /^onnx: the operation 'randomNormal' has no counterpart; export the parameters alone, with --to safetensors$/,
      ],
      [(n) => ops.sumRows(x(n)), /^onnx: sumRows adds up samples, of which each is predicted alone; /],
      [(n) => ops.slice(x(n), 2, [1, 2]), /^onnx: slice takes some of the samples/],
      [(n) => ops.concatenate([x(n), ops.sum(x(n))]), /^onnx: sum adds up samples/],
      [
        (n) => ops.reshape(ops.concatenate([x(n), leaf('state', 'more', [2])]), [n + 1, 2]),
        /^onnx: the shape of 'concatenate': is 2020 for 1009 samples and 2028 for 1013; /,
      ],
      [
        (n) => (n < 1010 ? ops.exp(x(n)) : ops.tanh(x(n))),
        /^onnx: what is computed depends on the number of samples, got '.*' and '.*'; /,
      ],
      [(n) => leaf('state', 'all', [n, 2]), /^onnx: 'all' is as long as there are samples; /],
    ];
    for (const [build, sentence] of refused) expect(refusal(build)).toMatch(sentence);
  });
});
