// The hyperparameters among the fields of a trial.

import type { Fields, Value } from './fields.ts';

/** By their own names: `optimizer.name` of the field `pars.optimizer.name`, `["a b"]` of `pars["a b"]`. */
export function parsOf(fields: Fields): Map<string, Value> {
  const named = [...fields].flatMap(([key, value]): [string, Value][] => {
    if (key.startsWith('pars.')) return [[key.slice('pars.'.length), value]];
    return key.startsWith('pars[') ? [[key.slice('pars'.length), value]] : [];
  });
  return new Map(named);
}
