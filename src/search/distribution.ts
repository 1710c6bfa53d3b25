// What may stand in a search space for a value that is to be drawn.

/** Values of type T, each with its probability. Parameters are own fields, so that a distribution can be read as options. */
export abstract class Distribution<out T> {
  // Makes the type nominal: a plain object of the same fields is a nested configuration, not a distribution.
  readonly #nominal = true;

  abstract readonly name: string;

  /**
   * The quantile function: the value that belongs to u. If u is uniform in [0, 1), the values are distributed as they
   * should be, and if u is spread more evenly than at random, so are they.
   */
  abstract at(u: number): T;

  /** How many values there are, where all of them have the same probability; else infinity. */
  get size(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Value number k of `size`. */
  element(_k: number): T {
    throw new Error(`${this.name}: its values cannot be counted`);
  }

  /** Whether something is a distribution. */
  static is(value: unknown): value is Distribution<unknown> {
    return typeof value === 'object' && value !== null && #nominal in value;
  }
}
