// Functional ANOVA: the share of a result's variance that each parameter explains by itself, all others averaged over their
// domains; by a random forest that stands for the result as a function of the parameters. *Hutter, Hoos & Leyton-Brown,
// ICML 2014 (PMLR 32)*.
//
// Differs: it is the variance of the forest that is shared out, not that of each of its trees, whose noise would count as
// interactions; averages are over the domains as they were drawn from, logarithmic where they are; numbers are cut into
// at most 64 levels.

import { permuted, uniform } from '../../machine/scalar.ts';
import { type Box, boxesOf, growForest, predict, type Tree } from './forest.ts';
import { type Levels, levelsOf } from './levels.ts';
import type { Parameter } from './parameters.ts';

export interface Fanova {
  /** Of each parameter by itself. */
  readonly shares: readonly number[];
  /** What no parameter explains by itself. */
  readonly interactions: number;
  /** How much of the variance the forest explains of trials that its trees have not seen, at most 1. */
  readonly r2: number;
}

const TREES = 64;

/** Where the variance of the forest is taken: a Latin hypercube. */
const POINTS = 4096;

/**
 * @param values of each trial, finite
 * @param seed of the forest, a non-negative safe integer
 */
export function fanova(parameters: readonly Parameter[], values: readonly number[], seed: number): Fanova {
  const levels = parameters.map(levelsOf);
  const forest = growForest(levels, values, TREES, seed);
  const marginals = new Marginals(levels);
  for (const { root } of forest) {
    for (const { box, value } of boxesOf(root, levels)) marginals.add(box, value / forest.length);
  }
  const variance = varianceOf(forest, levels, seed);
  const shares = marginals.variances().map((alone) => (variance > 0 ? alone / variance : 0));
  const explained = shares.reduce((sum, share) => sum + share, 0);
  return { shares, interactions: variance > 0 ? Math.max(0, 1 - explained) : 0, r2: unseenR2(forest, levels, values) };
}

/** For each level of each parameter, the mean of a function there, the other parameters averaged. */
export class Marginals {
  readonly #levels: readonly Levels[];
  readonly #means: readonly Float64Array[];

  constructor(levels: readonly Levels[]) {
    this.#levels = levels;
    this.#means = levels.map(({ shares }) => new Float64Array(shares.length));
  }

  /** Adds a value to the function on a box. */
  add(box: Box, value: number): void {
    const parts = box.map((inside, k) => this.#shareOf(inside, k));
    for (const [k, means] of this.#means.entries()) {
      // Not divided by the part of this parameter, which may be 0.
      const others = parts.reduce((product, part, other) => (other === k ? product : product * part), value);
      for (let level = 0; level < means.length; level++) {
        if (box[k]?.[level]) means[level] = (means[level] ?? 0) + others;
      }
    }
  }

  /** Of each parameter alone, over its domain. */
  variances(): number[] {
    return this.#means.map((means, k) => {
      const share = (level: number): number => this.#levels[k]?.shares[level] ?? 0;
      const mean = means.reduce((sum, value, level) => sum + share(level) * value, 0);
      return means.reduce((sum, value, level) => sum + share(level) * (value - mean) * (value - mean), 0);
    });
  }

  #shareOf(inside: Uint8Array, k: number): number {
    const shares = this.#levels[k]?.shares ?? [];
    let share = 0;
    for (let level = 0; level < shares.length; level++) if (inside[level]) share += shares[level] ?? 0;
    return share;
  }
}

/** Of the mean of the trees, over the domain. */
function varianceOf(forest: readonly Tree[], levels: readonly Levels[], seed: number): number {
  const drawn = levels.map(({ shares }, k) => drawLevels(shares, seed, `importance parameter ${k}`));
  const values = Array.from({ length: POINTS }, (_, point) => meanOfTrees(forest, (k) => drawn[k]?.[point] ?? 0));
  return squaresAroundMean(values) / POINTS;
}

/** The levels of the points: each of equally many parts of the domain comes once. */
function drawLevels(shares: Float64Array, seed: number, stream: string): Uint32Array {
  let sum = 0;
  const upTo = shares.map((share) => (sum += share));
  return Uint32Array.from({ length: POINTS }, (_, point) => {
    const u = (permuted(seed, point, POINTS, stream) + uniform(seed, point, stream)) / POINTS;
    const level = upTo.findIndex((limit) => u < limit);
    return level < 0 ? shares.length - 1 : level;
  });
}

function meanOfTrees(trees: readonly Tree[], levelOf: (parameter: number) => number): number {
  let sum = 0;
  for (const { root } of trees) sum += predict(root, levelOf);
  return sum / trees.length;
}

function unseenR2(forest: readonly Tree[], levels: readonly Levels[], values: readonly number[]): number {
  const judged = values.flatMap((value, i) => {
    const strangers = forest.filter(({ times }) => !times[i]);
    return strangers.length === 0 ? [] : [{ value, said: meanOfTrees(strangers, (k) => levels[k]?.of[i] ?? 0) }];
  });
  const total = squaresAroundMean(judged.map(({ value }) => value));
  const residual = judged.reduce((sum, { value, said }) => sum + (value - said) * (value - said), 0);
  return total > 0 ? 1 - residual / total : 0;
}

function squaresAroundMean(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}
