// One of several things.

import { show } from '../../catalogue.ts';
import { UserError } from '../../errors.ts';
import { Distribution } from '../distribution.ts';

class Choice<out T> extends Distribution<T> {
  readonly name = 'choice';
  readonly options: readonly T[];

  constructor(options: readonly T[]) {
    super();
    if (!(Array.isArray(options) && options.length > 0)) {
      throw new UserError(`choice: expected a list of at least one option, as in choice([1, 2]), got ${show(options)}`);
    }
    this.options = [...options];
  }

  override at(u: number): T {
    return this.element(Math.floor(u * this.options.length));
  }

  override get size(): number {
    return this.options.length;
  }

  override element(k: number): T {
    return this.options[k] as T; // which may be undefined
  }
}

export { Choice };

/**
 * One of the options, each with the same probability; in a finite space each with that of its combinations. An option may be
 * a space itself, whose parameters are drawn when it is chosen.
 *
 * @throws when there is no option
 */
export function choice<const T>(options: readonly T[]): Choice<T>;
export function choice(options: readonly unknown[], more?: unknown): Choice<unknown> {
  // A number is what `map` hands on.
  if (typeof more === 'object' && Array.isArray(options)) {
    throw new UserError(`choice: takes one list, got ${show(more)} besides; all options have the same probability`);
  }
  return new Choice(options);
}
