// Measures the elementary functions of assembly/math.ts over all float32, those of assembly/double.ts at random
// arguments, and prints the largest errors in ulp: the distance between the floats around the exact result.
//
//   node bench/accuracy.mjs [--stride=1] [--only=exp,pow] [--wasm=dist/core.wasm]
//
// With stride 1, every float, it takes about 25 minutes on two cores; a stride of 997 takes seconds.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const CORES = availableParallelism();
const BLOCK = 1 << 14;
const PAIRS = 50_000_000;
const DOUBLES = 20_000;

// References in double precision. Those of V8's Math are within 1e-15, as in fdlibm.

/** e^(-x²) times a series of positive terms below 2, else 1 - erfc(x): within 2e-15 of mpmath's erf. */
function erf(x) {
  const a = Math.abs(x);
  if (a >= 2) return x < 0 ? erfc(a) - 1 : 1 - erfc(a);
  let term = (2 / Math.sqrt(Math.PI)) * x;
  let sum = term;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return Math.exp(-x * x) * sum;
}

/** The continued fraction from 2 on, else 1 - erf(x): within 2e-13 of mpmath's erfc. */
function erfc(x) {
  if (!(x >= 2)) return 1 - erf(x);
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** x Φ(x) and x / (1 + e^-x), with their limits at -infinity. */
const gelu = (x) => (x < -50 ? -0 : (x / 2) * erfc(-x * Math.SQRT1_2));
const silu = (x) => (x < -200 ? -0 : x / (1 + Math.exp(-x)));

const EVERYWHERE = [['all', -Infinity, Infinity]];
const ANGLES = [['|x| ≤ 1e5', -1e5, 1e5], ['|x| ≤ 2^28', -(2 ** 28), 2 ** 28], ...EVERYWHERE];

/**
 * Kernel, reference, ranges; `perArgument`: the error is in ulp of the argument instead of the result;
 * `symmetric`: odd or even bit by bit (src/machine/math.test.ts), so that positive floats will do.
 */
const FUNCTIONS = {
  exp: { reference: Math.exp, ranges: EVERYWHERE },
  log: { reference: Math.log, ranges: EVERYWHERE },
  log1p: { reference: Math.log1p, ranges: EVERYWHERE },
  tanh: { reference: Math.tanh, symmetric: true, ranges: EVERYWHERE },
  erf: { reference: erf, symmetric: true, ranges: EVERYWHERE },
  sin: { reference: Math.sin, symmetric: true, ranges: ANGLES },
  cos: { reference: Math.cos, symmetric: true, ranges: ANGLES },
  sigmoid: { reference: (x) => 1 / (1 + Math.exp(-x)), ranges: EVERYWHERE },
  softplus: { reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), ranges: EVERYWHERE },
  silu: { reference: silu, ranges: [['x ≥ -80', -80, Infinity]] },
  'silu / x': { kernel: 'silu', reference: silu, ranges: EVERYWHERE, perArgument: true },
  gelu: {
    reference: gelu,
    ranges: [
      ['x ≥ -1', -1, Infinity],
      ['x ≥ -2', -2, Infinity],
      ['x ≥ -3', -3, Infinity],
      ['x ≥ -5', -5, Infinity],
    ],
  },
  'gelu / x': { kernel: 'gelu', reference: gelu, ranges: EVERYWHERE, perArgument: true },
};

const memory = new WebAssembly.Memory({ initial: 16 });
const INSTRUCTION = 1024;
const X = 4096;
const Y = X + 4 * BLOCK;
const Z = Y + 4 * BLOCK;
const f32 = (address, length) => new Float32Array(memory.buffer, address, length);
const u32 = (address, length) => new Uint32Array(memory.buffer, address, length);

function load(path) {
  const module = new WebAssembly.Module(readFileSync(path));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (kernel, ...operands) => {
    u32(INSTRUCTION, operands.length + 2).set([0, 0, ...operands]);
    exports[kernel](INSTRUCTION);
  };
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const PER_ULP = Float64Array.from({ length: 2048 }, (_, e) => 2 ** (23 - Math.min(Math.max(e - 1023, -126), 127)));

/** Distance of a float from the exact result in ulp of `unit`; infinity is 2^128, a wrong NaN or zero infinitely far. */
function distance(value, exact, unit) {
  if (value === exact) return value === 0 && !Object.is(value, exact) ? Infinity : 0;
  if (Number.isNaN(value)) return Number.isNaN(exact) ? 0 : Infinity;
  const limit = 2 ** 128;
  if (exact > limit) return value === Infinity ? 0 : Infinity;
  if (exact < -limit) return value === -Infinity ? 0 : Infinity;
  double[0] = unit;
  const error = Math.abs(Math.min(Math.max(value, -limit), limit) - exact) * PER_ULP[(words[1] >>> 20) & 2047];
  return Number.isNaN(error) ? Infinity : error;
}

/** The largest distances in the bit patterns from `first` on, every `step`-th. */
function sweep(call, name, first, step) {
  const { kernel = name, reference, ranges, perArgument, symmetric } = FUNCTIONS[name];
  const worst = ranges.map(() => ({ error: 0, at: 0 }));
  const patterns = u32(X, BLOCK);
  const x = f32(X, BLOCK);
  const y = f32(Y, BLOCK);
  const end = symmetric ? 2 ** 31 : 2 ** 32;
  for (let start = first; start < end; start += step * BLOCK) {
    for (let i = 0; i < BLOCK; i++) patterns[i] = Math.min(start + i * step, end - 1);
    call(kernel, Y, X, BLOCK);
    for (let i = 0; i < BLOCK; i++) {
      const exact = reference(x[i]);
      const error = distance(y[i], exact, perArgument ? x[i] : exact);
      if (error === 0) continue;
      for (let r = 0; r < ranges.length; r++) {
        const [, from, to] = ranges[r];
        if (error > worst[r].error && !(x[i] < from || x[i] > to)) worst[r] = { error, at: x[i] };
      }
    }
  }
  return worst.map(({ error, at }, r) => ({ name, range: ranges[r][0], error, at: String(at) }));
}

/** Uniform integers below 2^32: splitmix32 of a counter. */
function random(counter) {
  let z = Math.imul(counter, 0x9e3779b9);
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** Pairs, a third each: any x and y for a result within float32; x near 1 likewise; 0 < x < 16 and |y| < 16. */
function sweepPow(call, first, step) {
  const worst = { error: 0, at: '' };
  const patterns = u32(X, BLOCK);
  const x = f32(X, BLOCK);
  const y = f32(Y, BLOCK);
  const z = f32(Z, BLOCK);
  for (let start = first * BLOCK; start < PAIRS; start += step * BLOCK) {
    for (let i = 0; i < BLOCK; i++) {
      const a = random(2 * (start + i));
      const b = random(2 * (start + i) + 1) / 2 ** 32;
      const kind = i % 3;
      if (kind === 0) patterns[i] = a % 0x7f800000;
      else x[i] = kind === 1 ? 1 + (a / 2 ** 31 - 1) * 2 ** -(a & 15) : a / 2 ** 28;
      y[i] = kind === 2 ? 32 * b - 16 : (300 * b - 150) / (Math.log2(x[i]) || 1);
    }
    call('pow', Z, X, Y, 1, BLOCK, BLOCK, 1, BLOCK, 1);
    for (let i = 0; i < BLOCK; i++) {
      const exact = x[i] ** y[i];
      const error = distance(z[i], exact, exact);
      if (error > worst.error) Object.assign(worst, { error, at: `${x[i]}, ${y[i]}` });
    }
  }
  return [{ name: 'pow', range: 'pairs', ...worst }];
}

// Exact references for the doubles: fixed point with 256 bits after the point.

const BITS = 256n;
const ONE = 1n << BITS;
const times = (a, b) => (a * b) >> BITS;

/** A normal x > 1e-60 as a fixed point number. */
function fixed(x) {
  double[0] = x;
  const exponent = ((words[1] >>> 20) & 2047) - 1075;
  const shift = BITS + BigInt(exponent);
  const integer = BigInt(x * 2 ** -exponent);
  return shift < 0n ? integer >> -shift : integer << shift;
}

/** The sum of first + first·ratio(1) + first·ratio(1)·ratio(2) + … */
function series(first, ratio) {
  let sum = first;
  for (let n = 1n, term = first; term !== 0n && term !== -1n; n++) sum += term = ratio(term, n);
  return sum;
}

const expFixed = (x) => series(ONE, (term, n) => times(term, x) / n);
const sinFixed = (x) => series(x, (term, n) => -times(times(term, x), x) / (2n * n * (2n * n + 1n)));
const cosFixed = (x) => series(ONE, (term, n) => -times(times(term, x), x) / (2n * n * (2n * n - 1n)));
/** One Newton step from Math.log. */
function logFixed(x) {
  const start = fixed(Math.log(x));
  const rest = times(fixed(x), expFixed(-start)) - ONE;
  return start + rest - (times(rest, rest) >> 1n);
}

const DOUBLE_FUNCTIONS = {
  expDouble: { reference: (x) => expFixed(fixed(x)), from: -60, to: 60 },
  logDouble: { reference: logFixed, from: 1e-9, to: 3 },
  sinDouble: { reference: (x) => sinFixed(fixed(x)), from: -20, to: 20 },
  cosDouble: { reference: (x) => cosFixed(fixed(x)), from: -20, to: 20 },
};

function sampleDouble(call, name) {
  const { reference, from, to } = DOUBLE_FUNCTIONS[name];
  const x = new Float64Array(memory.buffer, X, 1);
  const y = new Float64Array(memory.buffer, Y, 1);
  const worst = { error: 0, at: '' };
  for (let i = 0; i < DOUBLES; i++) {
    x[0] = from + (to - from) * ((random(2 * i) + random(2 * i + 1) / 2 ** 32) / 2 ** 32);
    call(name, Y, X);
    const exact = reference(x[0]);
    double[0] = Number(exact) / 2 ** Number(BITS);
    const ulp = 2 ** (((words[1] >>> 20) & 2047) - 1075);
    const error = Math.abs(Number(fixed(y[0]) - exact)) / 2 ** Number(BITS) / ulp;
    if (error > worst.error) Object.assign(worst, { error, at: String(x[0]) });
  }
  return [{ name, range: `[${from}, ${to}]`, ...worst }];
}

const { values } = parseArgs({
  options: {
    stride: { type: 'string', default: '1' },
    only: { type: 'string' },
    wasm: { type: 'string', default: fileURLToPath(new URL('../dist/core.wasm', import.meta.url)) },
  },
});

function measure(name, share) {
  const call = load(values.wasm);
  const stride = Number(values.stride);
  if (name in DOUBLE_FUNCTIONS) return sampleDouble(call, name);
  if (name === 'pow') return sweepPow(call, share, CORES * stride);
  return sweep(call, name, share * stride, CORES * stride);
}

const worse = (a, b) => (b.error > a.error ? b : a);

if (isMainThread) {
  const names = [...Object.keys(FUNCTIONS), 'pow', ...Object.keys(DOUBLE_FUNCTIONS)];
  console.log(`${'function'.padEnd(12)}${'range'.padEnd(14)}${'max ulp'.padEnd(10)}at`);
  for (const name of names.filter((name) => !values.only || values.only.split(',').includes(name))) {
    const shares = name in DOUBLE_FUNCTIONS ? 1 : CORES;
    const results = await Promise.all(
      Array.from({ length: shares }, (_, share) => {
        const worker = new Worker(new URL(import.meta.url), {
          workerData: { name, share },
          argv: process.argv.slice(2),
        });
        return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      }),
    );
    for (const [r, row] of results[0].entries()) {
      const { range, error, at } = results.map((rows) => rows[r]).reduce(worse, row);
      console.log(`${name.padEnd(12)}${range.padEnd(14)}${error.toFixed(4).padEnd(10)}${at}`);
    }
  }
} else {
  parentPort.postMessage(measure(workerData.name, workerData.share));
}
