// Elementary functions of one double, for hyperparameters and learning rate schedules. Methods and coefficients are
// those of fdlibm (Sun Microsystems, 1993; netlib.org/fdlibm), without its tables and special branches.
// Errors are in ulp, the distance between the doubles around the exact result, and measured at 20 000 random arguments
// against 256-bit arithmetic by bench/accuracy.mjs.

/** 2^n for integers -1023 < n < 1024. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline function power2(n: i64): f64 { return reinterpret<f64>((n + 1023) << 52); }

/**
 * e^x = 2^n e^r, |r| ≤ ln2 / 2, e^r from a rational form with P(r²) ≈ r coth(r/2). Error: below 0.64 ulp in [-60, 60].
 * fdlibm, e_exp.c, with a compensated last sum.
 */
export function exp64(x: f64): f64 {
  if (isNaN(x)) return x;
  x = max(min(x, 710), -746);
  const k = nearest(x * 1.44269504088896338700);
  const high = x - k * 6.93147180369123816490e-1; // exact
  const low = k * 1.90821492927058770002e-10;
  const r = high - low, z = r * r;
  const c = r - z * (1.66666666666666019037e-1 + z * (-2.77777777770155933842e-3 + z * (6.61375632143793436117e-5
    + z * (-1.65339022054652515390e-6 + z * 4.13813679705723846039e-8))));
  const sum = 1 + high;
  const y = sum + ((high - (sum - 1)) + (r * c / (2 - c) - low));
  const n = <i64>k, half = n >> 1; // in two halves, to reach denormals and infinity
  return y * power2(half) * power2(n - half);
}

/**
 * log x = e ln2 + log(1 + f), sqrt(1/2) ≤ 1 + f < sqrt(2), the latter by a series in s = f / (2 + f). Error: below
 * 0.76 ulp in [1e-9, 3]. fdlibm, e_log.c.
 */
export function log64(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  const tiny = x < 2.2250738585072014e-308;
  if (tiny) x *= 18014398509481984; // 2^54
  const bits = reinterpret<i64>(x);
  const e = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const f = reinterpret<f64>(bits - (e << 52)) - 1;
  const k = <f64>(tiny ? e - 54 : e);
  const s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  const p = z * (6.666666666666735130e-1 + z * (3.999999999940941908e-1 + z * (2.857142874366239149e-1
    + z * (2.222219843214978396e-1 + z * (1.818357216161805012e-1 + z * (1.531383769920937332e-1
    + z * 1.479819860511658591e-1))))));
  return k * 6.93147180369123816490e-1 - ((half - (s * (half + p) + k * 1.90821492927058770002e-10)) - f);
}

/**
 * sin(x + quarters π/2): r = x - n π/2, |r| ≤ π/4, as a sum of two doubles from π/2 in three parts, then a polynomial.
 * NaN for |x| > 2^20, where the products with the parts of π/2 (33 bits each) are not exact. fdlibm, e_rem_pio2.c, k_sin.c
 * and k_cos.c.
 */
function sinQuarter(x: f64, quarters: i32): f64 {
  if (!(abs(x) <= 1048576)) return NaN;
  const n = nearest(x * 6.36619772367581382433e-1);
  const a = x - n * 1.57079632673412561417;
  const b = n * 6.07710050630396597660e-11;
  const c = n * 2.02226624879595063154e-21;
  const high = a - b, lost = (a - high) - b; // exact: |a| ≥ |b| or a is 0
  const r = high + (lost - c), tail = (high - r) + (lost - c);
  const quarter = <i32>n + quarters;

  const z = r * r;
  let y: f64;
  if (quarter & 1) {
    const p = z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * (2.48015872894767294178e-5
      + z * (-2.75573143513906633035e-7 + z * (2.08757232129817482790e-9 + z * -1.13596475577881948265e-11)))));
    const half = 0.5 * z, rest = 1 - half;
    y = rest + (((1 - rest) - half) + (z * p - r * tail));
  } else {
    const p = 8.33333333332248946124e-3 + z * (-1.98412698298579493134e-4 + z * (2.75573137070700676789e-6
      + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
    const cube = z * r;
    y = r - ((z * (0.5 * tail - cube * p) - tail) - cube * -1.66666666666666324348e-1);
  }
  return quarter & 2 ? -y : y;
}

/** sin(x), |x| ≤ 2^20. Error: below 0.73 ulp in [-20, 20]. */
export function sin64(x: f64): f64 { return x == 0 ? x : sinQuarter(x, 0); }

/** cos(x), |x| ≤ 2^20. Error: below 0.73 ulp in [-20, 20]. */
export function cos64(x: f64): f64 { return sinQuarter(x, 1); }
