// PED-ANOVA: how much the distribution of a parameter among the best trials differs from that among all, by the Pearson
// divergence of two Parzen estimates. *Watanabe, Bansal & Hutter, IJCAI 2023, arXiv:2304.10255*; parameters that only some
// trials have: *arXiv:2601.20800, Theorem 4.2*. Definition and settings of Optuna 5 (`PedAnovaImportanceEvaluator`), whose
// values it gives; without the division by their sum.

import { exp, log } from '../../machine/scalar.ts';
import { normalMass } from './normal.ts';
import type { Domain, Parameter } from './parameters.ts';

/** γ′: what counts as the best. */
export const BEST_PART = 0.1;

/** Numbers are told apart by so many steps. */
const MOST_STEPS = 50;
const PRIOR_WEIGHT = 1;

/** Of a parameter in fewer trials nothing is said. */
const LEAST_TRIALS = 2;

/** Keeps densities from 0. */
const EPSILON = 1e-12;

/**
 * The importance of each parameter, not negative, 0 where nothing can be said.
 *
 * @param losses of each trial, finite; less is better
 */
export function pedAnova(parameters: readonly Parameter[], losses: readonly number[], bestPart = BEST_PART): number[] {
  const best = bestOf(losses, bestPart);
  const isBest = new Set(best);
  const ratio = best.length / losses.length;
  return parameters.map(({ domain, values }) => {
    const having = losses.flatMap((_, i) => (values[i] === undefined ? [] : i));
    const bestHaving = having.filter((i) => isBest.has(i));
    if (having.length < LEAST_TRIALS || bestHaving.length === 0 || isSingle(domain)) return 0;
    const [all, top] = [having, bestHaving].map((trials) =>
      density(
        domain,
        trials.map((i) => values[i] ?? Number.NaN),
      ),
    );
    const partOfBest = bestHaving.length / best.length;
    const partOfAll = having.length / losses.length;
    return ((partOfBest * partOfBest) / partOfAll) * pearsonDivergence(top ?? [], all ?? []) * ratio * ratio;
  });
}

/** The trials that are no worse than the last of the best part. */
export function bestOf(losses: readonly number[], part: number): number[] {
  const limit = losses.toSorted((a, b) => a - b)[Math.ceil(part * losses.length) - 1] ?? Number.NaN;
  return losses.flatMap((loss, i) => (loss <= limit ? i : []));
}

function isSingle(domain: Domain): boolean {
  return domain.kind === 'choices' ? domain.count < 2 : domain.low === domain.high;
}

function pearsonDivergence(top: readonly number[], all: readonly number[]): number {
  return top.reduce((sum, p, i) => {
    const q = (all[i] ?? 0) + EPSILON;
    const difference = (p + EPSILON) / q - 1;
    return sum + q * difference * difference;
  }, 0);
}

/** The Parzen estimate of values on the grid of their domain. */
function density(domain: Domain, values: readonly number[]): number[] {
  const counts = new Array<number>(gridSize(domain)).fill(0);
  for (const value of values) {
    const cell = cellOf(domain, value, counts.length);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return domain.kind === 'choices' ? densityOfChoices(counts) : densityOfNumbers(counts);
}

function gridSize(domain: Domain): number {
  if (domain.kind === 'choices') return domain.count;
  const { low, high, step } = domain;
  if (step === undefined) return MOST_STEPS;
  const steps = domain.log ? Math.ceil(log(high - low + 1) / log(2)) + 1 : Math.round((high - low) / step) + 1;
  return Math.min(MOST_STEPS, steps);
}

function cellOf(domain: Domain, value: number, size: number): number {
  if (domain.kind === 'choices') return value;
  const scale = domain.log ? log : (x: number) => x;
  const [low, high] = [scale(domain.low), scale(domain.high)];
  const cell = Math.ceil((scale(value) - low) / ((high - low) / (size - 1)) - 0.5);
  return Math.min(Math.max(cell, 0), size - 1);
}

/** A kernel for each choice that occurs, which spreads the weight of a prior over all, and a uniform one. */
function densityOfChoices(counts: readonly number[]): number[] {
  const total = sum(counts) + PRIOR_WEIGHT;
  const kernels = counts.filter((count) => count > 0).length + 1;
  const spread = PRIOR_WEIGHT / kernels;
  const kernelSum = spread * counts.length + 1;
  const base = ((sum(counts) / total) * spread) / kernelSum + PRIOR_WEIGHT / total / counts.length;
  return counts.map((count) => base + count / total / kernelSum);
}

/** Truncated normal kernels at the cells that occur, as wide as Scott's rule says, and one as wide as the grid. */
function densityOfNumbers(counts: readonly number[]): number[] {
  const cells = counts.flatMap((count, cell) => (count > 0 ? [{ cell, count }] : []));
  const width = bandwidth(cells);
  const last = counts.length - 1;
  const total = sum(counts) + PRIOR_WEIGHT;
  const kernels = [
    ...cells.map(({ cell, count }) => ({ mean: cell, sigma: width, weight: count / total })),
    { mean: last / 2, sigma: last + 1, weight: PRIOR_WEIGHT / total },
  ];
  return counts.map((_, cell) =>
    kernels.reduce((density, { mean, sigma, weight }) => {
      const mass = (from: number, to: number): number => normalMass((from - mean) / sigma, (to - mean) / sigma);
      return density + (weight * mass(cell - 0.5, cell + 0.5)) / mass(-0.5, last + 0.5);
    }, 0),
  );
}

/** A kernel covers its own cell at the least: 90 % of it. */
const LEAST_BANDWIDTH = 0.5 / 1.64;

/** *Scott, Multivariate Density Estimation, 1992*: the lesser of standard deviation and quartile distance counts. */
function bandwidth(cells: readonly { readonly cell: number; readonly count: number }[]): number {
  const total = sum(cells.map(({ count }) => count));
  const mean = sum(cells.map(({ cell, count }) => cell * count)) / total;
  const squares = sum(cells.map(({ cell, count }) => count * (cell - mean) * (cell - mean)));
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  let below = 0;
  const cumulated = cells.map(({ count }) => (below += count));
  const first = cumulated.findIndex((upTo) => upTo >= Math.floor(total / 4));
  const third = cumulated.findIndex((upTo) => upTo > Math.floor((3 * total) / 4));
  const cellAt = (i: number): number => cells.at(i)?.cell ?? Number.NaN;
  const quartiles = cellAt(third) - cellAt(first);
  const scott = 1.059 * Math.min(quartiles / 1.34, deviation) * exp(-0.2 * log(total));
  return Math.max(scott, LEAST_BANDWIDTH);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
