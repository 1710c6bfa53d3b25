// Elementary functions of one operand, y[n] = f(x[n]): one line per function. y may be x.
// Arithmetic is not here: its loops are made when a program is assembled, src/machine/kernel.ts.

import { cos64, exp64, log64, sin64 } from './double';
import { Instruction } from './instruction';
import { Exponential, Logarithm, mapFloats } from './loop';
import { cos4, erf4, gelu4, log1p4, sigmoid4, silu4, sin4, softplus4, tanh4 } from './math';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  n: i32;
}

function map<F>(i: Operands): void { mapFloats<F>(i.y, i.x, i.n); }

export function exp(i: Operands): void { map<Exponential>(i); }

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

@final @unmanaged class Sigmoid { @inline of(x: v128): v128 { return sigmoid4(x); } }
export function sigmoid(i: Operands): void { map<Sigmoid>(i); }

@final @unmanaged class Softplus { @inline of(x: v128): v128 { return softplus4(x); } }
export function softplus(i: Operands): void { map<Softplus>(i); }

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
