// Functions of the step counter, which is an int32 scalar.

import { type Node, node } from '../node.ts';

/** step + 1. */
export function increment(step: Node): Node {
  return node({
    op: 'increment',
    takesIntegers: true,
    inputs: [step],
    shape: step.shape,
    type: 'i32',
    inPlace: true,
    emit: (at, y) => [['increment', y, at(step)]],
  });
}

/** step as float32, exact up to 2²⁴. */
export function toFloat(step: Node): Node {
  return node({
    op: 'toFloat',
    takesIntegers: true,
    inputs: [step],
    shape: step.shape,
    emit: (at, y) => [['toFloat', y, at(step)]],
  });
}

function powerKernel(op: string) {
  return (base: number, step: Node): Node => {
    const [low, high] = new Uint32Array(Float64Array.of(base).buffer);
    return node({
      op,
      takesIntegers: true,
      inputs: [step],
      attributes: [base],
      shape: [],
      emit: (at, y) => [[op, y, at(step), low ?? 0, high ?? 0]],
    });
  };
}

/** baseˢᵗᵉᵖ as float32, computed in double precision: the rounding of a float32 base would be raised to the power too. */
export const powerOfStep = powerKernel('powerOfStep');

/** 1 − baseˢᵗᵉᵖ as float32, computed in double precision: a float32 power near 1 would lose the digits that matter. */
export const oneMinusPower = powerKernel('oneMinusPower');
