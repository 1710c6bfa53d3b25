// Functions of the step counter, an int32.

import { Instruction } from './instruction';

@unmanaged
class OfStep extends Instruction {
  y: usize;
  step: usize;
}

/** y = step + 1. */
export function increment(i: OfStep): void {
  store<i32>(i.y, load<i32>(i.step) + 1);
}

/** y = step as float32. */
export function toFloat(i: OfStep): void {
  store<f32>(i.y, <f32>load<i32>(i.step));
}

@unmanaged
class PowerOfStep extends Instruction {
  y: usize;
  step: usize;
  baseLow: u32;
  baseHigh: u32;
}

/** baseˢᵗᵉᵖ in double precision, by repeated squaring. */
function power(i: PowerOfStep): f64 {
  let square = reinterpret<f64>((<u64>i.baseHigh << 32) | i.baseLow);
  let power: f64 = 1;
  for (let n = load<u32>(i.step); n; n >>= 1) {
    if (n & 1) power *= square;
    square *= square;
  }
  return power;
}

/** y = baseˢᵗᵉᵖ, rounded once to float32. */
export function powerOfStep(i: PowerOfStep): void {
  store<f32>(i.y, <f32>power(i));
}

/** y = 1 − baseˢᵗᵉᵖ, rounded once to float32. */
export function oneMinusPower(i: PowerOfStep): void {
  store<f32>(i.y, <f32>(1 - power(i)));
}
