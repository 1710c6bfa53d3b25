// Elementary functions of four floats: float32 arithmetic, float64 inside pow and the angle reduction of sin and cos,
// no tables, and no branches on a lane: a lane's bits depend on that lane alone.
//
// The polynomials are minimax fits of the stated forms, made for this file (Remez, Lawson), the coefficients rounded to
// float32 one by one from the lowest power up, the rest refitted after each. Errors are in ulp, the distance between the
// floats around the exact result (2^-149 at the least), and measured by bench/accuracy.mjs. Short functions are inlined:
// with their constants in registers the kernels take 20 to 40 % less time (4096 floats in cache, Node 20).

// What functions compute with lies in memory, polynomials from their highest power down. Of a constant V8 makes the four
// lanes anew wherever it stands; to load them costs less: exp takes 1.5 times as long with constants on Node 20, 2 times
// on Node 24, where pairs of loads can be joined besides.

const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const HALF = memory.data<f32>([0.5]);
const INFINITE = memory.data<f32>([Infinity]);
const MINUS_INFINITE = memory.data<f32>([-Infinity]);
const LOG2E = memory.data<f32>([1.44269504]);
// ln 2 in two parts, the first so short that its multiples are exact.
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.12194440e-4]);
// Added, 1.5·2^23 rounds a float below 2^22 to an integer, whose bits are then the low bits of the sum; 1.5·2^52 does so with
// doubles. A NaN leaves arbitrary bits, but they only ever multiply a NaN.
const ROUND = memory.data<f32>([12582912]);
const ROUND2 = memory.data<f64>([6755399441055744]);
const SIGN = memory.data<u32>([0x80000000]);
const BIAS = memory.data<i32>([127]);
// Bounds of arguments beyond which results do not change, and between which polynomials hold.
const EXP_LEAST = memory.data<f32>([-104]);
const EXP_MOST = memory.data<f32>([89]);
const TANH_CENTER = memory.data<f32>([0.625]);
const TANH_MOST = memory.data<f32>([20]);
const ERF_CENTER = memory.data<f32>([0.875]);
const ERFC_MOST = memory.data<f32>([10.5]);
const LARGE_ANGLE = memory.data<f32>([268435456]); // 2^28
const SILU_LEAST = memory.data<f32>([-110]);
const GELU_LEAST = memory.data<f32>([-16]);
const SQRT_HALF = memory.data<f32>([0.70710678]);
const SQRT_HALF_BITS = memory.data<i32>([0x3f3504f3]);
const SMALLEST_NORMAL = memory.data<f32>([1.17549435e-38]);
const TWO_23 = memory.data<f32>([8388608]);
const TWENTY_THREE = memory.data<f32>([23]);
const TWO_52 = memory.data<f64>([4503599627370496]);
const TWO_52_BIASED = memory.data<f64>([4503599627371519]); // 2^52 + 1023
const ONE2 = memory.data<f64>([1]);
const INFINITE2 = memory.data<f64>([Infinity]);
const MINUS_INFINITE2 = memory.data<f64>([-Infinity]);
const POWER_LEAST = memory.data<f64>([-200]);
const POWER_MOST = memory.data<f64>([200]);
const QUARTER2 = memory.data<f64>([0.25]);
const FOUR2 = memory.data<f64>([4]);
const TWO_BY_PI = memory.data<f64>([0.6366197723675814]);
const HALF_PI = memory.data<f64>([1.5707963267948966]);
// π/2 in two parts, the first of 25 bits.
const HALF_PI_HIGH = memory.data<f64>([1.57079631090164184570]);
const HALF_PI_LOW = memory.data<f64>([1.58932547735281966916e-8]);

/** Four times the 32-bit number at `c`. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function x4(c: usize): v128 { return v128.load32_splat(c); }

/** Two times the double at `c`. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function x2(c: usize): v128 { return v128.load64_splat(c); }

/** One step of Horner's rule, p x + c. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function step(p: v128, x: v128, c: usize): v128 { return f32x4.add(f32x4.mul(p, x), x4(c)); }

/** One step of Horner's rule in float64. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function step2(p: v128, x: v128, c: usize): v128 { return f64x2.add(f64x2.mul(p, x), x2(c)); }

/** The lower two lanes as doubles. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function lower(x: v128): v128 { return f64x2.promote_low_f32x4(x); }

/** The upper two lanes as doubles. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function upper(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)); }

/** Two pairs of doubles, rounded to four floats. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}

/** The sign bits. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function signs(x: v128): v128 { return v128.and(x, x4(SIGN)); }

/** 2^n for integers -127 < n < 128. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function power2(n: v128): v128 { return i32x4.shl(i32x4.add(n, x4(BIAS)), 23); }

const EXP_P = memory.data<f32>([0.0013838895, 0.0083691925, 0.041668102, 0.16666517, 0.49999994]);

/** exp(x - n ln2), n nearest to x / ln2: 1 + r + r²P(r), ln2 in two parts, and the rounding of 1 + r carried along. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function expFraction(x: v128, n: v128): v128 {
  const high = f32x4.sub(x, f32x4.mul(n, x4(LN2_HIGH))); // exact
  const low = f32x4.mul(n, x4(LN2_LOW));
  const r = f32x4.sub(high, low);
  let p = step(x4(EXP_P), r, EXP_P + 4);
  p = step(p, r, EXP_P + 8);
  p = step(p, r, EXP_P + 12);
  p = step(p, r, EXP_P + 16);
  p = f32x4.sub(f32x4.mul(f32x4.mul(r, r), p), low);
  const one = x4(ONE);
  const sum = f32x4.add(one, high);
  return f32x4.add(sum, f32x4.add(f32x4.sub(high, f32x4.sub(sum, one)), p));
}

/**
 * e^x = 2^n e^r, |r| ≤ ln2 / 2. The power of two is multiplied in two halves, which reach down to denormals and up to
 * infinity. Error: below 0.80 ulp, measured over all float32. After Cephes, expf.c, with a compensated last sum.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function exp4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, x4(EXP_MOST)), x4(EXP_LEAST));
  const t = f32x4.add(f32x4.mul(x, x4(LOG2E)), x4(ROUND));
  const n = i32x4.sub(t, x4(ROUND)), half = i32x4.shr_s(n, 1);
  const y = expFraction(x, f32x4.sub(t, x4(ROUND)));
  return f32x4.mul(f32x4.mul(y, power2(half)), power2(i32x4.sub(n, half)));
}

/** Exponent e of a normal x = 2^e m with sqrt(1/2) ≤ m < sqrt(2). */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function exponent(x: v128): v128 { return i32x4.shr_s(i32x4.sub(x, x4(SQRT_HALF_BITS)), 23); }

const LOG_P = memory.data<f32>([
  0.06749486, -0.11670159, 0.11883476, -0.124062106, 0.14220363, -0.1666799, 0.20002072, -0.2500001, 0.33333313,
]);

/** e ln2 + log(1 + f) + tail: f - f²/2 + f³P(f), ln2 in two parts, and the rounding of e ln2 + f carried along. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function logSum(e: v128, f: v128, tail: v128): v128 {
  const z = f32x4.mul(f, f);
  let p = step(x4(LOG_P), f, LOG_P + 4);
  p = step(p, f, LOG_P + 8);
  p = step(p, f, LOG_P + 12);
  p = step(p, f, LOG_P + 16);
  p = step(p, f, LOG_P + 20);
  p = step(p, f, LOG_P + 24);
  p = step(p, f, LOG_P + 28);
  p = step(p, f, LOG_P + 32);
  p = f32x4.add(f32x4.mul(f32x4.mul(z, f), p), f32x4.mul(e, x4(LN2_LOW)));
  p = f32x4.add(f32x4.sub(p, f32x4.mul(z, x4(HALF))), tail);
  const high = f32x4.mul(e, x4(LN2_HIGH)); // exact
  const sum = f32x4.add(high, f);
  return f32x4.add(sum, f32x4.add(f32x4.sub(f, f32x4.sub(sum, high)), p));
}

/** y = log(x), with what it must be at 0, infinity, below 0 and at NaN. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function logLimits(x: v128, y: v128): v128 {
  y = v128.bitselect(x4(MINUS_INFINITE), y, f32x4.eq(x, f32x4.splat(0)));
  y = v128.bitselect(x, y, f32x4.eq(x, x4(INFINITE)));
  return v128.or(y, v128.not(f32x4.ge(x, f32x4.splat(0)))); // all bits set is a NaN
}

/**
 * log x = e ln2 + log(1 + f), sqrt(1/2) ≤ 1 + f < sqrt(2); denormals are scaled up by 2^23 first. Error: below
 * 0.83 ulp, measured over all float32. After Cephes, logf.c, with a compensated last sum.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, x4(SMALLEST_NORMAL));
  const normal = v128.bitselect(f32x4.mul(x, x4(TWO_23)), x, tiny);
  const e = exponent(normal);
  const m = i32x4.sub(normal, i32x4.shl(e, 23));
  const scaled = f32x4.sub(f32x4.convert_i32x4_s(e), v128.and(tiny, x4(TWENTY_THREE)));
  return logLimits(x, logSum(scaled, f32x4.sub(m, x4(ONE)), f32x4.splat(0)));
}

/**
 * log(1 + x): as log of u = 1 + x, with the rounding error of u added to the mantissa (for e = 0 this restores f = x).
 * Error: below 0.88 ulp, measured over all float32. After fdlibm, s_log1p.c, with two-sums in place of its division.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function log1p4(x: v128): v128 {
  const one = x4(ONE);
  const u = f32x4.add(one, x);
  const z = f32x4.sub(u, one);
  const lost = f32x4.add(f32x4.sub(one, f32x4.sub(u, z)), f32x4.sub(x, z));
  const e = exponent(u);
  const scale = i32x4.shl(i32x4.max_s(i32x4.sub(x4(BIAS), e), i32x4.splat(0)), 23); // 2^-e, or 0 for e > 126
  const m = f32x4.sub(i32x4.sub(u, i32x4.shl(e, 23)), one);
  const low = f32x4.mul(lost, scale);
  const f = f32x4.add(m, low);
  const y = logSum(f32x4.convert_i32x4_s(e), f, f32x4.sub(low, f32x4.sub(f, m)));
  return v128.or(logLimits(u, y), signs(x)); // for -0
}

const TANH_P = memory.data<f32>([-0.005692296, 0.020628167, -0.053736515, 0.13331406, -0.3333328]);

/**
 * x + x³P(x²) for |x| < 0.625, else ±(1 - 2 / (exp(2|x|) + 1)). Error: below 1.35 ulp, measured over all float32. After
 * Cephes, tanhf.c.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = step(x4(TANH_P), z, TANH_P + 4);
  p = step(p, z, TANH_P + 8);
  p = step(p, z, TANH_P + 12);
  p = step(p, z, TANH_P + 16);
  p = f32x4.add(a, f32x4.mul(f32x4.mul(a, z), p));

  const twice = f32x4.pmin(f32x4.add(a, a), x4(TANH_MOST));
  const t = f32x4.add(f32x4.mul(twice, x4(LOG2E)), x4(ROUND));
  const e = f32x4.mul(expFraction(twice, f32x4.sub(t, x4(ROUND))), power2(i32x4.sub(t, x4(ROUND))));
  const y = f32x4.sub(x4(ONE), f32x4.div(x4(TWO), f32x4.add(e, x4(ONE))));
  return v128.or(v128.bitselect(p, y, f32x4.lt(a, x4(TANH_CENTER))), signs(x));
}

const ERF_P = memory.data<f32>([
  7.860402e-05, -0.0008025375, 0.005190896, -0.026855359, 0.11283623, -0.3761263, 0.12837917,
]);

/** erf(x) for |x| < 0.875: x + x P(x²). */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function erfCenter(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = step(x4(ERF_P), z, ERF_P + 4);
  p = step(p, z, ERF_P + 8);
  p = step(p, z, ERF_P + 12);
  p = step(p, z, ERF_P + 16);
  p = step(p, z, ERF_P + 20);
  p = step(p, z, ERF_P + 24);
  return f32x4.add(x, f32x4.mul(x, p));
}

const ERFC_P = memory.data<f32>([
  -1.8566518e-05, 0.00040236203, -0.004003283, 0.024650697, -0.1075227, -0.6340562, -1.1291577, 9.985815e-05,
]);

/** erfc(t) for t ≥ 0.875 as exp(P(t)), P fitted to log erfc within 2^-17 up to t = 4; beyond, it falls to 0 too fast. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function erfcTail(t: v128): v128 {
  t = f32x4.pmin(t, x4(ERFC_MOST));
  let p = step(x4(ERFC_P), t, ERFC_P + 4);
  p = step(p, t, ERFC_P + 8);
  p = step(p, t, ERFC_P + 12);
  p = step(p, t, ERFC_P + 16);
  p = step(p, t, ERFC_P + 20);
  p = step(p, t, ERFC_P + 24);
  p = step(p, t, ERFC_P + 28);
  return exp4(p);
}

/**
 * erf(x): x + x P(x²) for |x| < 0.875, else ±(1 - exp(Q(|x|))). Error: below 1.29 ulp, measured over all float32. After
 * N. Juffa, "Efficient faithfully rounded implementation of error function erff", Stack Overflow, 2016.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function erf4(x: v128): v128 {
  const a = f32x4.abs(x);
  const y = v128.bitselect(erfCenter(a), f32x4.sub(x4(ONE), erfcTail(a)), f32x4.lt(a, x4(ERF_CENTER)));
  return v128.or(y, signs(x));
}

// The angle reductions give x - n π/2, two doubles with n mod 4 in their last two bits.

/** `remainder` with the last two bits of round(n). */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function tag(remainder: v128, n: v128): v128 {
  return v128.bitselect(f64x2.add(n, x2(ROUND2)), remainder, i64x2.splat(3));
}

/** For 0 ≤ x ≤ 2^28: π/2 in two parts, the first of 25 bits, so that its multiples are exact. FreeBSD, e_rem_pio2f.c. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function reduce(x: v128): v128 {
  const n = f64x2.sub(f64x2.add(f64x2.mul(x, x2(TWO_BY_PI)), x2(ROUND2)), x2(ROUND2));
  const high = f64x2.sub(x, f64x2.mul(n, x2(HALF_PI_HIGH)));
  return tag(f64x2.sub(high, f64x2.mul(n, x2(HALF_PI_LOW))), n);
}

/** x c modulo 4, in [-2, 2]; exact, as c has 28 bits and x 24. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function turns(x: v128, c: f64): v128 {
  const p = f64x2.mul(x, f64x2.splat(c));
  return f64x2.sub(p, f64x2.mul(f64x2.nearest(f64x2.mul(p, x2(QUARTER2))), x2(FOUR2)));
}

/** x modulo 1, in [-1/2, 1/2]; exact. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function fraction(x: v128): v128 { return f64x2.sub(x, f64x2.nearest(x)); }

/** For any x: x times 196 bits of 2/π in seven parts, dropping whole turns. M. Payne & R. Hanek, SIGNUM 18, 1983. */
function reduceLarge(x: v128): v128 {
  const a = turns(x, 0.6366197690367699), b = turns(x, 3.3308114738561656e-9), c = turns(x, 2.276010047810136e-18);
  const d = turns(x, 2.5268260189002822e-26), e = turns(x, 1.6682867657019525e-34);
  const f = turns(x, 1.158871328288855e-43), g = turns(x, 7.053959174404295e-52);
  let r = fraction(f64x2.add(fraction(a), b));
  r = fraction(f64x2.add(r, c));
  r = fraction(f64x2.add(r, d));
  r = fraction(f64x2.add(r, e));
  r = fraction(f64x2.add(r, f));
  r = fraction(f64x2.add(r, g));
  const all = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), g));
  return tag(f64x2.mul(r, x2(HALF_PI)), f64x2.sub(all, r));
}

const SIN_P = memory.data<f32>([-0.0001951829, 0.008332189, -0.16666655]);
const COS_P = memory.data<f32>([2.4432327e-05, -0.001388731, 0.041666646]);

/** sin(x + quarters π/2) for x ≥ 0. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function sinQuarter(x: v128, quarters: i32): v128 {
  let a = reduce(lower(x)), b = reduce(upper(x));
  const large = f32x4.gt(x, x4(LARGE_ANGLE));
  if (v128.any_true(large)) {
    a = v128.bitselect(reduceLarge(lower(x)), a, v128.shuffle<i32>(large, large, 0, 0, 1, 1));
    b = v128.bitselect(reduceLarge(upper(x)), b, v128.shuffle<i32>(large, large, 2, 2, 3, 3));
  }
  const n = i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), i32x4.splat(quarters));
  const r = narrow(a, b);
  const z = f32x4.mul(r, r);

  let p = step(x4(SIN_P), z, SIN_P + 4);
  p = step(p, z, SIN_P + 8);
  const sine = f32x4.add(r, f32x4.mul(f32x4.mul(r, z), p));

  let q = step(x4(COS_P), z, COS_P + 4);
  q = f32x4.mul(f32x4.mul(z, z), step(q, z, COS_P + 8));
  const half = f32x4.mul(z, x4(HALF));
  const rest = f32x4.sub(x4(ONE), half);
  const cosine = f32x4.add(rest, f32x4.add(f32x4.sub(f32x4.sub(x4(ONE), rest), half), q));

  const y = v128.bitselect(cosine, sine, i32x4.shr_s(i32x4.shl(n, 31), 31));
  return v128.xor(y, i32x4.shl(i32x4.shr_u(n, 1), 31));
}

/**
 * sin(x), for every float: r = x - n π/2 in float64, then r + r³P(r²) or 1 - r²/2 + r⁴Q(r²) by n mod 4. Vectors with a
 * lane above 2^28 take longer. Error: below 1.56 ulp, measured over all float32. After fdlibm, k_sin.c and k_cos.c.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function sin4(x: v128): v128 { return v128.xor(sinQuarter(f32x4.abs(x), 0), signs(x)); }

/** cos(x), as sin4. Error: below 1.56 ulp, measured over all float32. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function cos4(x: v128): v128 { return sinQuarter(f32x4.abs(x), 1); }

const LOG2_P = memory.data<f64>([
  0.3407301768090874, 0.41167271597156085, 0.5770835850014369, 0.9617966733416751, 2.8853900817900864,
]);
const EXP2_P = memory.data<f64>([
  1.520186179657229e-05, 0.0001546929468917465, 0.0013333922822233357, 0.009618027242576264, 0.05550410353133642,
  0.2402265119823939, 0.6931471807285424, 0.9999999999616737,
]);

/** x^y for x ≥ 0 as 2^(y log2 x), in float64. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function power(x: v128, y: v128): v128 {
  // log2 x = e + log2 m with sqrt(1/2) ≤ m < sqrt(2), log2 m = s P(s²) with s = (m - 1) / (m + 1).
  const bits = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd - 0x3ff0000000000000));
  const biased = i64x2.shr_u(bits, 52);
  const m = i64x2.sub(x, i64x2.shl(i64x2.sub(biased, i64x2.splat(1023)), 52));
  const e = f64x2.sub(v128.or(biased, x2(TWO_52)), x2(TWO_52_BIASED));
  const s = f64x2.div(f64x2.sub(m, x2(ONE2)), f64x2.add(m, x2(ONE2)));
  const z = f64x2.mul(s, s);
  let p = step2(x2(LOG2_P), z, LOG2_P + 8);
  p = step2(p, z, LOG2_P + 16);
  p = step2(p, z, LOG2_P + 24);
  p = step2(p, z, LOG2_P + 32);
  let log = f64x2.add(e, f64x2.mul(s, p));
  log = v128.bitselect(log, x, f64x2.lt(x, x2(INFINITE2))); // infinity and NaN
  log = v128.bitselect(x2(MINUS_INFINITE2), log, f64x2.eq(x, f64x2.splat(0)));

  // 2^t = 2^n P(t - n)
  const t = f64x2.pmax(f64x2.pmin(f64x2.mul(y, log), x2(POWER_MOST)), x2(POWER_LEAST));
  const n = f64x2.add(t, x2(ROUND2));
  const r = f64x2.sub(t, f64x2.sub(n, x2(ROUND2)));
  let q = step2(x2(EXP2_P), r, EXP2_P + 8);
  q = step2(q, r, EXP2_P + 16);
  q = step2(q, r, EXP2_P + 24);
  q = step2(q, r, EXP2_P + 32);
  q = step2(q, r, EXP2_P + 40);
  q = step2(q, r, EXP2_P + 48);
  q = step2(q, r, EXP2_P + 56);
  return f64x2.mul(q, i64x2.shl(i64x2.add(n, i64x2.splat(1023)), 52));
}

/**
 * x^y, with the special cases of C99 (annex F.9.4.4). All between the arguments and the rounded result is float64, with
 * relative errors of 2^-37 in the logarithm and 2^-34 in 2^t. Error: below 0.51 ulp, measured over 50 million pairs,
 * denormal arguments and results among them.
 */
export function pow4(x: v128, y: v128): v128 {
  const one = x4(ONE);
  const a = f32x4.abs(x), infinite = f32x4.eq(f32x4.abs(y), x4(INFINITE));
  let z = narrow(power(lower(a), lower(y)), power(upper(a), upper(y)));

  // negative x: the sign of odd powers, NaN for powers which are not integers
  const half = f32x4.mul(y, x4(HALF));
  const integer = f32x4.eq(y, f32x4.trunc(y));
  const odd = v128.and(integer, f32x4.ne(half, f32x4.trunc(half)));
  z = v128.or(z, v128.and(odd, signs(x)));
  const negative = v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.gt(x, x4(MINUS_INFINITE)));
  z = v128.or(z, v128.andnot(negative, integer));

  // 1^y, x^0 and (-1)^±infinity are 1, whatever the other operand is
  const unit = v128.or(f32x4.eq(x, one), v128.and(f32x4.eq(a, one), infinite));
  return v128.bitselect(one, z, v128.or(unit, f32x4.eq(y, f32x4.splat(0))));
}

/**
 * 1 / (1 + exp(-x)), with exp(-|x|) for either sign, which cannot overflow. Error: below 2.41 ulp, measured over all
 * float32.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const one = x4(ONE);
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)). Error: below 1.58 ulp, measured over all float32. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
}

/**
 * x sigmoid(x); -0 at -infinity. Error: below 3.23 ulp for x ≥ -80, and 1.95 ulp of x everywhere, measured over all
 * float32.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function silu4(x: v128): v128 {
  x = f32x4.pmax(x, x4(SILU_LEAST));
  return f32x4.mul(x, sigmoid4(x));
}

/**
 * x Φ(x), Φ(x) = (1 + erf(x / sqrt(2))) / 2, -0 at -infinity. For x < -1.24, Φ is taken as erfc(|x| / sqrt(2)) / 2,
 * without cancellation. Error: below 2.66 ulp for x ≥ -1, 102 ulp for x ≥ -5, and 1.52 ulp of x everywhere, measured
 * over all float32.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline export function gelu4(x: v128): v128 {
  x = f32x4.pmax(x, x4(GELU_LEAST));
  const t = f32x4.mul(x, x4(SQRT_HALF)), a = f32x4.abs(t);
  const half = x4(HALF);
  const center = f32x4.add(half, f32x4.mul(half, erfCenter(t)));
  const tail = f32x4.mul(half, erfcTail(a));
  const outside = v128.bitselect(tail, f32x4.sub(x4(ONE), tail), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.mul(x, v128.bitselect(center, outside, f32x4.lt(a, x4(ERF_CENTER))));
}
