// Which parameters mattered: two answers, and a warning where the trials are too few to tell.

import { UserError } from '../../errors.ts';
import type { Ranking } from '../ranking.ts';
import { fanova } from './fanova.ts';
import { parametersOf } from './parameters.ts';
import { BEST_PART, bestOf, pedAnova } from './pedAnova.ts';

export interface ParameterImportance {
  readonly key: string;
  /** To be among the best tenth, by PED-ANOVA; the parts of all parameters sum up to 1. */
  readonly pedAnova: number;
  /** Of the variance of the result, by fANOVA; the rest is interactions. */
  readonly fanova: number;
}

export interface Importance {
  /** The most important first, by PED-ANOVA. */
  readonly parameters: readonly ParameterImportance[];
  /** The part of the variance that no parameter explains by itself. */
  readonly interactions: number;
  /** How much of the variance the forest of fANOVA explains of trials that it has not seen; at most 1. */
  readonly r2: number;
  /** How many trials this is of. */
  readonly count: number;
  /** Why it is to be taken with caution, in sentences. */
  readonly cautions: readonly string[];
}

/** Of fewer, anything could be read. */
const LEAST_TRIALS = 10;

/** Watanabe's advice for the best part. */
const ADVISED_BEST = 5;

/** Below this, what a forest says is mostly noise. */
const TRUSTED_R2 = 0.5;

/**
 * @param seed of the forest's chance
 * @throws UserError when there are fewer than 10 trials with a result, or no parameter differs between them
 */
export function importanceOf({ ranked, criterion }: Ranking, seed = 0): Importance {
  const count = ranked.length;
  if (count < LEAST_TRIALS) {
    throw new UserError(
      `importance: at least ${LEAST_TRIALS} configurations with a result are needed, got ${count}; run or create more`,
    );
  }
  // In the order of their indices: equal values shall not depend on others'.
  const rows = [...ranked].sort((a, b) => a.trial.index - b.trial.index);
  const parameters = parametersOf(rows.map(({ fields }) => fields));
  if (parameters.length === 0) throw new UserError(`importance: no parameter differs between ${count} configurations`);
  const values = rows.map(({ value }) => value);
  const losses = criterion.highest ? values.map((value) => -value) : values;
  const divergences = pedAnova(parameters, losses);
  const whole = divergences.reduce((sum, divergence) => sum + divergence, 0);
  const { shares, interactions, r2 } = fanova(parameters, values, seed);
  const found = parameters.map(({ key }, k) => ({
    key,
    pedAnova: whole > 0 ? (divergences[k] ?? 0) / whole : 0,
    fanova: shares[k] ?? 0,
  }));
  return {
    parameters: found.sort((a, b) => b.pedAnova - a.pedAnova || b.fanova - a.fanova),
    interactions,
    r2,
    count,
    cautions: cautionsOf(losses, r2),
  };
}

function cautionsOf(losses: readonly number[], r2: number): string[] {
  const best = bestOf(losses, BEST_PART).length;
  const isFew = Math.ceil(BEST_PART * losses.length) < ADVISED_BEST;
  const explained = `${Math.max(0, Math.round(100 * r2))} %`;
  return [
    ...(isFew
      ? [`too few to tell for sure: PED-ANOVA rests on the best ${best} of ${losses.length}, 5 of 50 are advised`]
      : []),
    ...(best === losses.length ? ['all values are alike: no parameter can be told to matter'] : []),
    ...(r2 < TRUSTED_R2 && best < losses.length
      ? [
          `fANOVA's forest explains ${explained} of the variance of configurations that it has not seen: its numbers say little`,
        ]
      : []),
  ];
}
