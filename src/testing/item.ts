// Elements that must be there.

/** Element i of a list; an error where there is none. */
export function item<T>(list: ArrayLike<T>, i: number): T {
  const found = list[i];
  if (found === undefined) throw new RangeError(`item: no element ${i} of ${list.length}`);
  return found;
}

/** [f(0), f(1), … f(n − 1)]. */
export function range<T>(n: number, f: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => f(i));
}
