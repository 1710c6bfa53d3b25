// Elementwise functions of one operand, y[n] = f(x[n]): one loop, then one line per function.
// y may be x.

import { cos64, exp64, log64, sin64 } from './double';
import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';
import { cos4, erf4, exp4, gelu4, log1p4, log4, sigmoid4, silu4, sin4, softplus4, tanh4 } from './math';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  n: i32;
}

function map<F>(i: Operands): void {
  const y = i.y, x = i.x, n = i.n;
  let at: usize = 0;
  const end = <usize>(n & ~3) << 2;
  for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(v128.load(x + at)));
  const rest = n & 3;
  if (rest) storeSome(y + at, changetype<F>(0).of(loadSome(x + at, rest)), rest);
}

@final @unmanaged class Negate { @inline of(x: v128): v128 { return f32x4.neg(x); } }
export function negate(i: Operands): void { map<Negate>(i); }

@final @unmanaged class SquareRoot { @inline of(x: v128): v128 { return f32x4.sqrt(x); } }
export function sqrt(i: Operands): void { map<SquareRoot>(i); }

@final @unmanaged class Absolute { @inline of(x: v128): v128 { return f32x4.abs(x); } }
export function abs(i: Operands): void { map<Absolute>(i); }

@final @unmanaged class Floor { @inline of(x: v128): v128 { return f32x4.floor(x); } }
export function floor(i: Operands): void { map<Floor>(i); }

@final @unmanaged class Square { @inline of(x: v128): v128 { return f32x4.mul(x, x); } }
export function square(i: Operands): void { map<Square>(i); }

@final @unmanaged class Reciprocal { @inline of(x: v128): v128 { return f32x4.div(f32x4.splat(1), x); } }
export function reciprocal(i: Operands): void { map<Reciprocal>(i); }

/** ±1, ±0 and NaN stay. */
@final @unmanaged class Sign {
  @inline of(x: v128): v128 {
    const one = v128.or(v128.and(x, i32x4.splat(0x80000000)), f32x4.splat(1));
    return v128.bitselect(one, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
  }
}
export function sign(i: Operands): void { map<Sign>(i); }

@final @unmanaged class Exponential { @inline of(x: v128): v128 { return exp4(x); } }
export function exp(i: Operands): void { map<Exponential>(i); }

@final @unmanaged class Logarithm { @inline of(x: v128): v128 { return log4(x); } }
export function log(i: Operands): void { map<Logarithm>(i); }

@final @unmanaged class Logarithm1p { @inline of(x: v128): v128 { return log1p4(x); } }
export function log1p(i: Operands): void { map<Logarithm1p>(i); }

@final @unmanaged class HyperbolicTangent { @inline of(x: v128): v128 { return tanh4(x); } }
export function tanh(i: Operands): void { map<HyperbolicTangent>(i); }

@final @unmanaged class ErrorFunction { @inline of(x: v128): v128 { return erf4(x); } }
export function erf(i: Operands): void { map<ErrorFunction>(i); }

@final @unmanaged class Sine { @inline of(x: v128): v128 { return sin4(x); } }
export function sin(i: Operands): void { map<Sine>(i); }

@final @unmanaged class Cosine { @inline of(x: v128): v128 { return cos4(x); } }
export function cos(i: Operands): void { map<Cosine>(i); }

@final @unmanaged class Relu { @inline of(x: v128): v128 { return f32x4.max(x, f32x4.splat(0)); } }
export function relu(i: Operands): void { map<Relu>(i); }

@final @unmanaged class Sigmoid { @inline of(x: v128): v128 { return sigmoid4(x); } }
export function sigmoid(i: Operands): void { map<Sigmoid>(i); }

@final @unmanaged class Softplus { @inline of(x: v128): v128 { return softplus4(x); } }
export function softplus(i: Operands): void { map<Softplus>(i); }

@final @unmanaged class Softsign {
  @inline of(x: v128): v128 { return f32x4.div(x, f32x4.add(f32x4.splat(1), f32x4.abs(x))); }
}
export function softsign(i: Operands): void { map<Softsign>(i); }

@final @unmanaged class Gelu { @inline of(x: v128): v128 { return gelu4(x); } }
export function gelu(i: Operands): void { map<Gelu>(i); }

@final @unmanaged class Silu { @inline of(x: v128): v128 { return silu4(x); } }
export function silu(i: Operands): void { map<Silu>(i); }

// The same of one double, y = f(x).

@unmanaged
class DoubleOperands extends Instruction {
  y: usize;
  x: usize;
}

export function expDouble(i: DoubleOperands): void { store<f64>(i.y, exp64(load<f64>(i.x))); }

export function logDouble(i: DoubleOperands): void { store<f64>(i.y, log64(load<f64>(i.x))); }

export function sinDouble(i: DoubleOperands): void { store<f64>(i.y, sin64(load<f64>(i.x))); }

export function cosDouble(i: DoubleOperands): void { store<f64>(i.y, cos64(load<f64>(i.x))); }
