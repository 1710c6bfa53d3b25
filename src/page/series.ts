// Series of numbers along others: moving averages, what several have in common, which place is closest.

export interface Series {
  /** Ascending. */
  readonly x: readonly number[];
  /** As many; NaN and ±Infinity are gaps. */
  readonly y: readonly number[];
}

/**
 * Exponential moving average without the bias of its start: m ← s m + (1 − s) y, shown as m / (1 − sᵗ)
 * (Kingma & Ba, ICLR 2015, section 3). Values that are not finite are gaps and are not averaged. For a logarithmic axis
 * the logarithms are averaged, else the large values of the beginning would cover all that follow.
 */
export function smoothed(values: readonly number[], share: number, isLogarithmic: boolean): readonly number[] {
  if (share === 0) return values;
  if (isLogarithmic) return smoothed(values.map(Math.log10), share, false).map((power) => 10 ** power);
  let [mean, weight] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = share * mean + (1 - share) * value;
    weight = share * weight + (1 - share);
    return mean / weight;
  });
}

/** Between which parts of the sorted values a band lies. */
export const bandParts = { range: [0, 1], quartiles: [0.25, 0.75] } as const;
export type BandKind = keyof typeof bandParts;

export interface Band {
  readonly x: readonly number[];
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Of how many series each is. */
  readonly counts: readonly number[];
}

/** Places at which a band is computed. */
const MOST_PLACES = 400;

/**
 * What several series do together, at the places of all of them. Between its own places a series is a straight line; before
 * its beginning, after its end and at gaps it has no part.
 */
export function bandOf(several: readonly Series[], kind: BandKind): Band {
  const [from, to] = bandParts[kind];
  const places = spread([...new Set(several.flatMap(({ x }) => x))].sort((a, b) => a - b));
  const found = places.flatMap((at) => {
    const values = several.map((series) => valueAt(series, at)).filter(Number.isFinite);
    if (values.length === 0) return [];
    values.sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ at, mean, low: quantile(values, from), high: quantile(values, to), count: values.length }];
  });
  return {
    x: found.map(({ at }) => at),
    mean: found.map(({ mean }) => mean),
    low: found.map(({ low }) => low),
    high: found.map(({ high }) => high),
    counts: found.map(({ count }) => count),
  };
}

/** At most so many, first and last among them. */
function spread(places: readonly number[]): readonly number[] {
  if (places.length <= MOST_PLACES) return places;
  const last = places.length - 1;
  return Array.from(
    { length: MOST_PLACES },
    (_, i) => places[Math.round((i * last) / (MOST_PLACES - 1))] ?? Number.NaN,
  );
}

function valueAt({ x, y }: Series, at: number): number {
  const i = firstFrom(x, at);
  const [right = Number.NaN, above = Number.NaN] = [x[i], y[i]];
  if (right === at) return above;
  const [left = Number.NaN, below = Number.NaN] = [x[i - 1], y[i - 1]];
  return below + ((at - left) / (right - left)) * (above - below);
}

/** Between the values where it falls between them. */
export function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (at % 1) * (high - low);
}

/** Place of the first value that is not below; values ascend. */
function firstFrom(values: readonly number[], target: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the value that is closest; values ascend. */
export function closest(values: readonly number[], target: number): number {
  const after = Math.min(firstFrom(values, target), values.length - 1);
  const [before, next] = [values[after - 1], values[after] ?? target];
  return before !== undefined && target - before < next - target ? after - 1 : after;
}
