// Drawing from search spaces. A space is a value in which distributions stand for what is to be drawn; it is walked
// through plain objects and lists. Draws are functions of (seed, index, path of the parameter) alone: how many others
// are drawn, in which order, and what other parameters there are makes no difference. A finite space is permuted as a whole:
// there all combinations are equally probable, and not all options of a choice.

import { kindOf, UserError } from '../errors.ts';
import { isPlainObject, memberPath } from '../literal.ts';
import { checkSeed, permuted, uniform } from '../machine/scalar.ts';
import { Distribution } from './distribution.ts';
import { Choice } from './distributions/choice.ts';

/** What a draw may depend on. */
export interface DrawContext {
  /** A non-negative safe integer; another one whenever configurations are added to earlier ones. */
  readonly seed: number;
  /** The same for all configurations of an experiment: together with `index` it says what is drawn. */
  readonly experimentSeed: number;
  /** How many configurations were drawn before. */
  readonly index: number;
  /** What is known of these. */
  readonly history: readonly unknown[];
  /** Tells the user something, in one line. */
  readonly notice: (line: string) => void;
}

/** Where in which sequence of draws; the experiment's seed counts if it is there. */
type Position = Pick<DrawContext, 'seed' | 'index'> & Partial<Pick<DrawContext, 'experimentSeed' | 'notice'>>;

/** What is drawn from a space of type S: values of distributions in their places, numbers and booleans of any value. */
export type Drawn<S> =
  S extends Distribution<infer T>
    ? Drawn<T>
    : S extends number
      ? number
      : S extends boolean
        ? boolean
        : S extends bigint
          ? bigint
          : S extends string | symbol | null | undefined | Unwalked
            ? S
            : { -readonly [Key in keyof S]: Drawn<S[Key]> };

/** Objects that are kept as they are. */
type Unwalked =
  | ((...args: never) => unknown)
  | ArrayBufferView
  | ArrayBufferLike
  | Date
  | RegExp
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>;

/** Spaces of more combinations than this are drawn from with replacement. */
const LARGEST_PERMUTATION = 0xffff_ffff;

/** More than this would not fit into memory. */
const LARGEST_GRID = 0x100_0000;

/** A space, ready to be drawn from. */
interface Plan {
  /** Number of combinations; infinite if a parameter has infinitely many values, or values of unequal probability. */
  readonly size: number;
  /** The first parameter that makes the size infinite. */
  readonly infinite?: string | undefined;
  /** @param u the uniform number of the parameter at a path */
  readonly draw: (u: (path: string) => number) => unknown;
  /** Combination k of `size`, the last parameter changing fastest. */
  readonly element: (k: number) => unknown;
}

/** @param stream the path that random numbers are drawn for */
function plan(space: unknown, path: string, stream = path): Plan {
  if (space instanceof Choice) return planChoice(space, path, stream);
  if (Distribution.is(space)) {
    return {
      size: space.size,
      infinite: Number.isFinite(space.size) ? undefined : path,
      draw: (u) => space.at(u(stream)),
      element: (k) => space.element(k),
    };
  }
  if (Array.isArray(space)) {
    const items = space.map((item, i) => plan(item, memberPath(path, i)));
    return product(items, (values) => values);
  }
  if (isPlainObject(space)) {
    const keys = Object.keys(space);
    const members = keys.map((key) => plan(space[key], memberPath(path, key)));
    return product(members, (values) => Object.fromEntries(keys.map((key, i) => [key, values[i]])));
  }
  return { size: 1, draw: () => space, element: () => space };
}

function planChoice({ options }: Choice<unknown>, path: string, stream: string): Plan {
  // A distribution that is an option itself has the path of the choice, but must not use the same random number.
  const plans = options.map((option) => plan(option, path, Distribution.is(option) ? `${stream}?` : stream));
  const chosen = (k: number): Plan => {
    const option = plans[k];
    if (!option) throw new RangeError(`choice: there is no option ${k} of ${path}`);
    return option;
  };
  return {
    size: plans.reduce((sum, { size }) => sum + size, 0),
    infinite: plans.find(({ infinite }) => infinite !== undefined)?.infinite,
    draw: (u) => chosen(Math.floor(u(stream) * plans.length)).draw(u),
    element: (k) => {
      let rest = k;
      let option = 0;
      for (; rest >= chosen(option).size; option++) rest -= chosen(option).size;
      return chosen(option).element(rest);
    },
  };
}

function product(parts: readonly Plan[], assemble: (values: readonly unknown[]) => unknown): Plan {
  return {
    size: parts.reduce((size, part) => size * part.size, 1),
    infinite: parts.find(({ infinite }) => infinite !== undefined)?.infinite,
    draw: (u) => assemble(parts.map((part) => part.draw(u))),
    element: (k) => {
      let rest = k;
      const backwards = parts.toReversed().map((part) => {
        const value = part.element(rest % part.size);
        rest = Math.floor(rest / part.size);
        return value;
      });
      return assemble(backwards.toReversed());
    },
  };
}

/**
 * n objects drawn from a space: plain objects and lists are walked, distributions drawn, and all else is kept. Options
 * of `choice` may be spaces.
 *
 * If only choices (and `int` without `log`) are drawn, it is without replacement: all combinations come once, each at a
 * random place, before one comes again. Above 2³² combinations draws are independent.
 *
 * @param from the seed, a non-negative safe integer; or the context of `drawPars`, or { seed, index } with the index of
 * the first of them, so that configuration i is the same in whatever portions they are drawn
 * @throws when the seed is missing, when n, the seed or the index is not a non-negative integer
 */
export function sample<const S>(space: S, n: number, from: number | Position): Drawn<S>[];
export function sample(space: unknown, n: number, from: number | Position): unknown[] {
  if (typeof from !== 'number' && !isPlainObject(from)) {
    throw new UserError(`sample: the seed is missing, got ${kindOf(from)}; give it, or the context of drawPars`);
  }
  const position: Position = typeof from === 'number' ? { seed: from, index: 0 } : from;
  const { index, experimentSeed: seed = position.seed, notice } = position;
  checkSeed('sample', seed);
  for (const [what, value] of Object.entries({ 'the number of draws': n, 'the index': index })) {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new UserError(`sample: ${what} must be a whole number, not negative, got ${value}`);
    }
  }
  const { size, draw, element } = plan(space, '');
  const repeated = index + n - Math.max(index, size);
  if (repeated > 0) {
    notice?.(
      `search space exhausted (size ${size}): repeated ${repeated} of ${n} configurations; widen it, or ask for fewer`,
    );
  }
  return Array.from({ length: n }, (_, i) =>
    size <= LARGEST_PERMUTATION
      ? element(permuted(seed, index + i, size, 'grid'))
      : draw((path) => uniform(seed, index + i, `pars ${path}`)),
  );
}

/**
 * Every combination of a space of choices (and `int` without `log`), in order, the last parameter changing fastest.
 *
 * @throws when a parameter has infinitely many values, by its path, or when there are more than 2²⁴ combinations
 */
export function grid<const S>(space: S): Drawn<S>[];
export function grid(space: unknown): unknown[] {
  const { size, infinite, element } = plan(space, '');
  if (infinite !== undefined) {
    throw new UserError(
      `grid: ${infinite || 'the space'} has no finite list of values; use choice([…]) there, or sample`,
    );
  }
  if (size > LARGEST_GRID) throw new UserError(`grid: ${size} combinations are too many; use sample`);
  return Array.from({ length: size }, (_, k) => element(k));
}
