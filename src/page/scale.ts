// Axes: from values to places between 0 and 1, and back; ticks at round values.

import { short } from './numbers.ts';

/** A scale of numbers; `place` is undefined for what lies on no such axis, as 0 on a logarithmic one. */
export interface Scale {
  readonly kind: 'linear' | 'logarithmic' | 'categorical';
  readonly domain: readonly [low: number, high: number];
  place(value: number): number | undefined;
  value(place: number): number;
  /** About `count` round values. */
  ticks(count: number): number[];
  format(value: number): string;
}

export function linear(low: number, high: number): Scale {
  const [from, to] = low < high ? [low, high] : widened(low);
  return {
    domain: [from, to],
    kind: 'linear',
    place: (value) => (Number.isFinite(value) ? (value - from) / (to - from) : undefined),
    value: (place) => from + place * (to - from),
    ticks: (count) => linearTicks(from, to, count),
    format: short,
  };
}

/** A single value gets an axis around it. */
function widened(value: number): [number, number] {
  const around = Math.abs(value) / 2 || 1;
  return [value - around, value + around];
}

/** @param low, high positive */
export function logarithmic(low: number, high: number): Scale {
  const [from, to] = low < high ? [low, high] : [low / 2, low * 2];
  const [start, span] = [Math.log10(from), Math.log10(to) - Math.log10(from)];
  return {
    domain: [from, to],
    kind: 'logarithmic',
    place: (value) => (value > 0 && Number.isFinite(value) ? (Math.log10(value) - start) / span : undefined),
    value: (place) => 10 ** (start + place * span),
    ticks: (count) => logarithmicTicks(from, to, count),
    format: short,
  };
}

/** Values are places in the list. */
export function categorical(names: readonly string[]): Scale {
  const count = Math.max(1, names.length);
  return {
    kind: 'categorical',
    domain: [-0.5, count - 0.5],
    place: (value) => (Number.isFinite(value) ? (value + 0.5) / count : undefined),
    value: (place) => place * count - 0.5,
    ticks: (wanted) => {
      const every = Math.ceil(names.length / Math.max(1, wanted));
      return Array.from(names, (_, i) => i).filter((i) => i % every === 0);
    },
    format: (value) => names[Math.round(value)] ?? '',
  };
}

function linearTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
  // Of multiples of the step; 3 × 0.1 would not be 0.3.
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, i) =>
    digits > 20 ? (first + i) * step : Number(((first + i) * step).toFixed(digits)),
  );
}

function logarithmicTicks(from: number, to: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, count)));
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((power) => power % every === 0);
  const inside = (values: readonly number[]): number[] => values.filter((value) => value >= from && value <= to);
  for (const factors of [[1], [1, 3], [1, 2, 5]]) {
    const ticks = inside(decades.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`))));
    if (ticks.length >= Math.min(3, count)) return ticks;
  }
  return linearTicks(from, to, count);
}

/** Linear or logarithmic over the finite values; positive ones that span more than two decades suggest a logarithm. */
export function scaleOver(values: Iterable<number>, isLogarithmic?: boolean): Scale {
  const [low, high, lowestPositive] = extent(values);
  const suggested = low > 0 && high / low >= 100;
  if ((isLogarithmic ?? suggested) && lowestPositive <= high) return logarithmic(lowestPositive, high);
  return low <= high ? linear(low, high) : linear(0, 1);
}

/** Smallest, largest, and smallest positive of the finite values. */
export function extent(values: Iterable<number>): [low: number, high: number, lowestPositive: number] {
  let [low, high, positive] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < positive) positive = value;
  }
  return [low, high, positive];
}
