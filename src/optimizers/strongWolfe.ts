// A line search as a sequence of decisions: given the loss and its slope at a step length t along a direction, where to look
// next. What is known so far is a value that can be stored, so a search can be cut between any two evaluations.
//
// It ends where the strong Wolfe conditions hold: the loss has fallen by at least c1 of what the slope at 0 promised, and
// the slope has become flatter than c2 of it. First t grows until such lengths are bracketed, then the bracket is narrowed,
// both by cubic interpolation; a loss that is not finite is one that is too high.
//
// Nocedal & Wright, "Numerical optimization", 2nd edition, 2006, section 3.5, algorithms 3.5 and 3.6, with the safeguards
// of Schmidt's minFunc, as in PyTorch and the original tool, and the approximate conditions of Hager & Zhang, "A new
// conjugate gradient method with guaranteed descent and an efficient line search", SIAM J. Optimization 16, 2005.
// Differs from PyTorch where losses are equal but for float32 rounding, and where t would hardly grow any more.
// Only + − · / and √ of doubles: the same everywhere.

export interface StrongWolfeOptions {
  /** Part of the promised fall that is enough. */
  readonly c1: number;
  /** Part of the first slope that is flat enough. */
  readonly c2: number;
  /** The best length is taken after so many. */
  readonly maxEvaluations: number;
}

/** @throws when no step could satisfy the conditions, or none be tried */
export function checkStrongWolfe(optimizer: string, { c1, c2, maxEvaluations }: StrongWolfeOptions): void {
  if (!(0 < c1 && c1 < c2 && c2 < 1)) {
    throw new Error(`${optimizer}: c1 and c2 must lie in 0 < c1 < c2 < 1, got ${c1} and ${c2}`);
  }
  if (!(Number.isInteger(maxEvaluations) && maxEvaluations > 0)) {
    throw new Error(`${optimizer}: maxEvaluations must be a positive whole number, got ${maxEvaluations}`);
  }
}

/** What is known at a step length. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly slope: number;
}

export interface Search {
  /** At t = 0. */
  readonly start: Point;
  /** The length to be looked at next; when it is over, the one to be taken. */
  readonly t: number;
  readonly evaluations: number;
  readonly isOver: boolean;
  readonly isNarrowing: boolean;
  /** Whether the last length lay close to an end of the bracket. */
  readonly isStalled: boolean;
  /** While t grows the length before it, later the end of the bracket where the loss is lower. */
  readonly low: Point;
  /** The other end of the bracket. */
  readonly high: Point;
}

export const SEARCH_NUMBERS = 14;

export function encodeSearch(search: Search): number[] {
  const { start, t, evaluations, isOver, isNarrowing, isStalled, low, high } = search;
  const points = [low, high].flatMap((point) => [point.t, point.loss, point.slope]);
  const flags = [isOver, isNarrowing, isStalled].map(Number);
  return [t, start.t, start.loss, start.slope, evaluations, ...flags, ...points];
}

export function decodeSearch(numbers: ArrayLike<number>): Search {
  const at = (i: number): number => numbers[i] ?? 0;
  const point = (i: number): Point => ({ t: at(i), loss: at(i + 1), slope: at(i + 2) });
  const [isOver, isNarrowing, isStalled] = [at(5) === 1, at(6) === 1, at(7) === 1];
  return {
    t: at(0),
    start: point(1),
    evaluations: at(4),
    isOver,
    isNarrowing,
    isStalled,
    low: point(8),
    high: point(11),
  };
}

/** @param t the first length to be looked at */
export function beginSearch(loss: number, slope: number, t: number): Search {
  const start = { t: 0, loss, slope };
  return { start, t, evaluations: 0, isOver: false, isNarrowing: false, isStalled: false, low: start, high: start };
}

/** What is known after the loss and the slope at `before.t` were computed. */
export function continueSearch(before: Search, loss: number, slope: number, options: StrongWolfeOptions): Search {
  const search = { ...before, evaluations: before.evaluations + 1 };
  const isKnown = Number.isFinite(loss) && Number.isFinite(slope);
  const now = isKnown ? { t: search.t, loss, slope } : { t: search.t, loss: INFINITE, slope: INFINITE };
  const next = search.isNarrowing ? narrow(search, now, options) : grow(search, now, options);
  if (next.isOver || next.evaluations < options.maxEvaluations) return next;
  return accept(next, next.low);
}

/** Finite, so that what is computed from it is at least a number. */
const INFINITE = 2 ** 100;

/** Losses are float32, with a few roundings: differences of a smaller part of them say nothing. */
const RESOLUTION = 2 ** -22;

const areEven = (a: Point, b: Point): boolean => Math.abs(a.loss - b.loss) <= RESOLUTION * Math.abs(a.loss);

function accept(search: Search, { t }: Point): Search {
  return { ...search, t, isOver: true };
}

/** Close to the minimum, where all losses are equal but for rounding, the slope says as much: Hager & Zhang 2005. */
function fallsTooLittle({ start }: Search, now: Point, c1: number): boolean {
  if (now.loss <= start.loss + c1 * now.t * start.slope) return false;
  const isAsLow = now.loss <= start.loss + RESOLUTION * Math.abs(start.loss);
  return !(isAsLow && now.slope <= (2 * c1 - 1) * start.slope);
}

const isFlat = ({ start }: Search, now: Point, c2: number): boolean => Math.abs(now.slope) <= -c2 * start.slope;

function grow(search: Search, now: Point, { c1, c2 }: StrongWolfeOptions): Search {
  const previous = search.low;
  const isHigher = search.evaluations > 2 && now.loss >= previous.loss;
  if (fallsTooLittle(search, now, c1) || isHigher) return lookBetween(search, previous, now);
  if (isFlat(search, now, c2)) return accept(search, now);
  if (now.slope >= 0) return lookBetween(search, previous, now);
  const [grown, most] = [now.t - previous.t, 10 * now.t];
  // From points that lie close together a cubic would lead to another one close by, and so on.
  const t = grown < 1e-3 * now.t ? most : interpolate(previous, now, now.t + 0.01 * grown, most);
  return { ...search, low: now, t };
}

function narrow(search: Search, now: Point, { c1, c2 }: StrongWolfeOptions): Search {
  const { low, high } = search;
  const isHigher = now.loss >= low.loss && !areEven(now, low);
  if (fallsTooLittle(search, now, c1) || isHigher) return lookBetween(search, low, now);
  if (isFlat(search, now, c2)) return accept(search, now);
  // The loss falls from the new point away from the other end: what is sought lies towards the old one.
  return now.slope * (high.t - low.t) >= 0 ? lookBetween(search, now, low) : lookBetween(search, now, high);
}

function lookBetween(search: Search, a: Point, b: Point): Search {
  const [low, high] = a.loss <= b.loss ? [a, b] : [b, a];
  const [from, to] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
  const bracketed = { ...search, low, high, isNarrowing: true };
  if (to - from <= RESOLUTION * to) return accept(bracketed, low);
  const t = interpolate(low, high, from, to);
  const margin = 0.1 * (to - from);
  const isStalled = Math.min(to - t, t - from) < margin;
  if (!isStalled || !(search.isStalled || t >= to || t <= from)) return { ...bracketed, t, isStalled };
  return { ...bracketed, t: to - t < t - from ? to - margin : from + margin, isStalled: false };
}

/**
 * Where in [from, to] the cubic through two points with their slopes is smallest; where the losses are equal but for
 * rounding, the slope that changes evenly between them is 0. The middle where there is no such place.
 */
function interpolate(a: Point, b: Point, from: number, to: number): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.t - right.t);
  const d2 = Math.sqrt(d1 * d1 - left.slope * right.slope);
  const part = areEven(left, right)
    ? right.slope / (right.slope - left.slope)
    : (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  const t = right.t - (right.t - left.t) * part;
  return Number.isNaN(t) ? (from + to) / 2 : Math.min(Math.max(t, from), to);
}
