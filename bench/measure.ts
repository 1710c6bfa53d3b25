// What all benchmarks share: how time is taken, and what a result is.
//
// Every time is the median over rounds of tinybench's median. A round goes through all tasks in turn, so that what else
// happens on the machine meets all of them alike; there are more rounds until the medians are stable, but not for ever.

import { Bench } from 'tinybench';

const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 15;
const ROUND_MILLISECONDS = 200;

/** Rounds go on while the noise of a task is above this. */
const STABLE = 0.02;

export interface Result {
  /** What was measured; results of one name stand in one row of the table. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value should be below, in its unit. */
  readonly goal?: number;
  /** Half the range of the middle half of the rounds, as a part of the value. */
  readonly noise?: number;
}

export interface Timing {
  /** Median time of one call. */
  readonly milliseconds: number;
  readonly noise: number;
}

/** Times functions, by name. One that measures itself returns its time as `overriddenDuration`, as in tinybench. */
export async function measure<Name extends string>(
  tasks: Readonly<Record<Name, () => unknown>>,
): Promise<Readonly<Record<Name, Timing>>> {
  const names = Object.keys(tasks) as Name[];
  const rounds = new Map(names.map((name) => [name, [] as number[]]));
  const isStable = (): boolean => [...rounds.values()].every((medians) => timing(medians).noise <= STABLE);
  for (let round = 0; round < LEAST_ROUNDS || (round < MOST_ROUNDS && !isStable()); round++) {
    const bench = new Bench({
      time: ROUND_MILLISECONDS,
      warmupTime: 50,
      iterations: 5,
      warmupIterations: 2,
      throws: true,
    });
    for (const name of names) bench.add(name, tasks[name]);
    await bench.run();
    for (const { name, result } of bench.tasks) {
      if (!('latency' in result)) throw new Error(`measure: ${name} gave no time, it is ${result.state}`);
      rounds.get(name as Name)?.push(result.latency.p50);
    }
  }
  const timings = [...rounds].map(([name, medians]) => [name, timing(medians)] as const);
  return Object.fromEntries(timings) as Record<Name, Timing>;
}

export function timing(milliseconds: readonly number[]): Timing {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const quantile = (part: number): number => {
    const at = part * (sorted.length - 1);
    const [low = Number.NaN, high = low] = sorted.slice(Math.floor(at), Math.floor(at) + 2);
    return low + (at % 1) * (high - low);
  };
  const middle = quantile(0.5);
  return { milliseconds: middle, noise: (quantile(0.75) - quantile(0.25)) / 2 / middle };
}

/** @throws when a benchmark does not compute what it should */
export function validate(what: string, isRight: boolean): void {
  if (!isRight) throw new Error(`${what}: the result is wrong; nothing was timed`);
}

/** How often something that takes `milliseconds` is repeated within one call, so that the clock's steps do not matter. */
export function repetitions(milliseconds: number): number {
  return Math.max(1, Math.ceil(1 / milliseconds));
}
