// Numbers in data by which something is looked up.

/** Whether a float says one of `count` places; NaN says none. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function isBelow(index: f32, count: i32): bool {
  return index >= 0 && index < <f32>count;
}
