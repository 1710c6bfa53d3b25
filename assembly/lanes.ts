// Loads and stores of one to three floats, for what is left when a length is not a multiple of four:
// the rest goes through the same vector code as the whole vectors, so its bits are the same.

/** The `count` (1 to 3) floats at `at`; the lanes above are zero. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function loadSome(at: usize, count: i32): v128 {
  let x = v128.load32_zero(at);
  if (count > 1) x = v128.load_lane<f32>(at, x, 1, 4);
  if (count > 2) x = v128.load_lane<f32>(at, x, 2, 8);
  return x;
}

/** Stores the first `count` (1 to 3) lanes of `x` at `at`. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function storeSome(at: usize, x: v128, count: i32): void {
  v128.store_lane<f32>(at, x, 0);
  if (count > 1) v128.store_lane<f32>(at, x, 1, 4);
  if (count > 2) v128.store_lane<f32>(at, x, 2, 8);
}

/** `count` (1 to 4) floats. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function loadUpTo4(at: usize, count: i32): v128 {
  return count == 4 ? v128.load(at) : loadSome(at, count);
}

/** Stores `count` (1 to 4) lanes. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function storeUpTo4(at: usize, x: v128, count: i32): void {
  if (count == 4) v128.store(at, x);
  else storeSome(at, x, count);
}
