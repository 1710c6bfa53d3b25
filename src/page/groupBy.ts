// By what configurations are taken together.

import { type Control, select } from './dom.ts';
import type { Actions } from './state.ts';
import type { Column, Trials } from './trials.ts';
import type { View } from './view.ts';

export function groupBy({ pars }: Trials, { change }: Actions): Control<string> {
  const options = [
    ['', 'nothing'],
    ['*', 'all parameters'],
    ...pars.map(({ key, label }) => [key, label] as const),
  ] as const;
  return select('Group by', options, (group) => change({ group, sort: '', descending: false }));
}

/** The parameters in which the members of a group agree. */
export function agreeing({ pars }: Trials, { group }: View): Column[] {
  return pars.filter(({ key }) => group === '*' || key === group);
}
