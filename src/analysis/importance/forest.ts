// A random forest over levels. *Breiman, Machine Learning 45 (2001)*: each tree is grown to single trials from a bootstrap
// sample, by the splits that lower the squared error most. Chance is counted, so that forests are the same everywhere.

import { uniform } from '../../machine/scalar.ts';
import type { Levels } from './levels.ts';

/** A part of the domain: of each parameter the levels that belong to it are 1, others 0. */
export type Box = readonly Uint8Array[];

type Node =
  | { readonly value: number }
  | {
      readonly parameter: number /** By level, which of the parts it belongs to. */;
      readonly part: Uint8Array;
      readonly parts: readonly [Node, Node];
    };

export interface Tree {
  readonly root: Node;
  /** How many times each trial was drawn for it. */
  readonly times: Uint16Array;
}

/** A tree is grown from no more: their number, and not their size, makes averages exact. */
const MOST_DRAWS = 1000;

/** @param seed a non-negative safe integer */
export function growForest(levels: readonly Levels[], values: readonly number[], count: number, seed: number): Tree[] {
  return Array.from({ length: count }, (_, tree) => {
    const times = bootstrap(seed, `importance tree ${tree}`, values.length);
    const drawn = values.flatMap((_, i) => (times[i] ? i : []));
    return { root: grow(drawn, { levels, values: Float64Array.from(values), times }), times };
  });
}

/** @param levelOf the level of a point for each parameter */
export function predict(root: Node, levelOf: (parameter: number) => number): number {
  let node = root;
  while (!('value' in node)) node = node.parts[node.part[levelOf(node.parameter)] === 0 ? 0 : 1];
  return node.value;
}

/** The boxes on which a tree is constant; together they are the domain. */
export function* boxesOf(
  root: Node,
  levels: readonly Levels[],
): Generator<{ readonly box: Box; readonly value: number }> {
  const open: [Node, Box][] = [[root, levels.map(({ shares }) => new Uint8Array(shares.length).fill(1))]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, box] = next;
    if ('value' in node) yield { box, value: node.value };
    else {
      for (const [side, child] of node.parts.entries()) {
        const levelsInside =
          box[node.parameter]?.map((is, level) => (node.part[level] === side ? is : 0)) ?? new Uint8Array();
        open.push([child, box.with(node.parameter, levelsInside)]);
      }
    }
  }
}

function bootstrap(seed: number, stream: string, n: number): Uint16Array {
  const times = new Uint16Array(n);
  for (let i = 0; i < Math.min(n, MOST_DRAWS); i++) {
    const drawn = Math.floor(uniform(seed, i, stream) * n);
    times[drawn] = (times[drawn] ?? 0) + 1;
  }
  return times;
}

interface Sample {
  readonly levels: readonly Levels[];
  readonly values: Float64Array;
  readonly times: Uint16Array;
}

function grow(trials: readonly number[], sample: Sample): Node {
  const mean = meanOf(trials, sample);
  const split = bestSplit(trials, mean, sample);
  if (!split) return { value: mean };
  const { parameter, part } = split;
  const of = sample.levels[parameter]?.of ?? [];
  const [first, second] = [0, 1].map((side) =>
    grow(
      trials.filter((i) => part[of[i] ?? 0] === side),
      sample,
    ),
  );
  return first && second ? { parameter, part, parts: [first, second] } : { value: mean };
}

function meanOf(trials: readonly number[], { values, times }: Sample): number {
  let [sum, count] = [0, 0];
  for (const i of trials) {
    const weight = times[i] ?? 0;
    sum += (values[i] ?? 0) * weight;
    count += weight;
  }
  return sum / count;
}

interface Split {
  readonly parameter: number;
  readonly part: Uint8Array;
}

/** The one that lowers the sum of squares most; undefined if none does. */
function bestSplit(trials: readonly number[], mean: number, sample: Sample): Split | undefined {
  if (trials.length < 2) return undefined;
  let best: Split | undefined;
  let bestGain = 1e-12 * squaresAround(mean, trials, sample);
  for (const [parameter, { of, shares, isOrdered }] of sample.levels.entries()) {
    const cells = cellsOf(trials, of, mean, sample);
    // Of choices, the best split is one between neighbours in the order of their means. *Fisher, JASA 53 (1958)*
    cells.sort((a, b) => (isOrdered ? 0 : a.sum / a.count - b.sum / b.count) || a.level - b.level);
    const total = cells.reduce((sum, { count }) => sum + count, 0);
    let [sum, count] = [0, 0];
    for (let place = 0; place < cells.length - 1; place++) {
      sum += cells[place]?.sum ?? 0;
      count += cells[place]?.count ?? 0;
      // Values are around the mean, so the other part has −sum.
      const gain = (sum * sum) / count + (sum * sum) / (total - count);
      if (gain <= bestGain) continue;
      bestGain = gain;
      best = { parameter, part: partOf(shares.length, cells, place, isOrdered) };
    }
  }
  return best;
}

function squaresAround(mean: number, trials: readonly number[], { values, times }: Sample): number {
  let squares = 0;
  for (const i of trials) squares += (times[i] ?? 0) * ((values[i] ?? 0) - mean) * ((values[i] ?? 0) - mean);
  return squares;
}

interface Cell {
  readonly level: number;
  /** Of differences from the mean. */
  sum: number;
  count: number;
}

/** What the trials have at each level that occurs among them. */
function cellsOf(trials: readonly number[], of: Uint32Array, mean: number, { values, times }: Sample): Cell[] {
  const cells: Cell[] = [];
  const atLevel: (Cell | undefined)[] = [];
  for (const i of trials) {
    const level = of[i] ?? 0;
    const weight = times[i] ?? 0;
    let cell = atLevel[level];
    if (!cell) {
      cell = { level, sum: 0, count: 0 };
      atLevel[level] = cell;
      cells.push(cell);
    }
    cell.sum += ((values[i] ?? 0) - mean) * weight;
    cell.count += weight;
  }
  return cells;
}

/**
 * 0 for the levels of the cells up to a place, 1 for the others. Of those that do not occur, half of the ordered ones in
 * between are among the first.
 */
function partOf(size: number, cells: readonly Cell[], place: number, isOrdered: boolean): Uint8Array {
  const part = new Uint8Array(size).fill(1);
  const level = (at: number): number => cells[at]?.level ?? 0;
  if (isOrdered) return part.fill(0, 0, (level(place) + level(place + 1) + 1) >> 1);
  for (let at = 0; at <= place; at++) part[level(at)] = 0;
  return part;
}
