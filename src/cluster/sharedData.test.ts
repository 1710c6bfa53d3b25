import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tensor } from '../data/tensor.ts';
import type { RunContext, Splits } from '../experiment.ts';
import { sharingData } from './sharedData.ts';

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const contextOf = (seed: number): RunContext => ({ seed, notice: () => {} });
const splits = (): Splits => ({ train: [tensor([[1, 2]])], val: [tensor([[3, 4]])] });

type Pars = Record<string, unknown>;

/** How many times data are loaded for several configurations, one after the other. */
async function loads(
  load: (pars: Pars, context: RunContext) => Splits,
  configurations: readonly Pars[],
  use: (data: Splits) => void = () => {},
): Promise<number> {
  let count = 0;
  const loadData = (pars: unknown, context: RunContext): Splits => {
    count++;
    return load(pars as Pars, context);
  };
  const shared = sharingData({ loadData }, hash);
  for (const [i, pars] of configurations.entries()) use(await shared(pars, contextOf(i)));
  return count;
}

const pars = { size: 2, name: 'x', nested: { a: [1, 2] } };

describe('data are loaded once', () => {
  it('for all, if nothing is read', async () => {
    expect(await loads(splits, [pars, { ...pars, size: 3 }, { ...pars, name: 'y' }])).toBe(1);
  });

  it('for those that agree in what is read', async () => {
    const load = ({ size }: Pars): Splits => ({ ...splits(), test: [size] });
    expect(
      await loads(load, [pars, { ...pars, name: 'y' }, { ...pars, size: 3 }, { ...pars, size: 3, name: 'z' }]),
    ).toBe(2);
  });

  it('though objects are other ones, if they are equal', async () => {
    const load = ({ nested }: Pars): Splits => ({ ...splits(), test: [JSON.stringify(nested)] });
    expect(await loads(load, [pars, structuredClone(pars)])).toBe(1);
    expect(await loads(load, [pars, { ...pars, nested: { a: [1, 3] } }])).toBe(2);
  });
});

describe('data are loaded again', () => {
  it.each<[string, (pars: Pars, context: RunContext) => Splits]>([
    ['if the seed is read', (_, { seed }) => ({ ...splits(), test: [seed] })],
    ['if all is read', (pars) => ({ ...splits(), test: [JSON.stringify(pars)] })],
    ['if pars are kept within them', (pars) => ({ ...splits(), test: [pars] })],
    [
      'if pars are written into',
      (pars) => {
        pars.size = 1;
        return splits();
      },
    ],
    [
      'if a part of pars is written into',
      ({ nested }) => {
        Object.assign(nested as object, { a: [] });
        return splits();
      },
    ],
    ['if they hold functions', () => ({ ...splits(), test: [() => 1] })],
    ['if they hold objects of a class', () => ({ ...splits(), test: [new Date(0)] })],
  ])('%s', async (_, load) => {
    const [one, other] = [structuredClone(pars), { ...structuredClone(pars), name: 'y' }];
    expect(await loads(load, [one, other])).toBe(2);
  });

  it('if a run has written into them', async () => {
    const spoil = (data: Splits): void => {
      const [input] = data.train as [{ data: Float32Array }];
      expect(input.data[0]).toBe(1);
      input.data[0] = 7;
    };
    expect(await loads(splits, [pars, pars, pars], spoil)).toBe(3);
  });

  it('if a parameter comes or goes', async () => {
    expect(await loads(splits, [pars, { ...pars, more: 1 }])).toBe(2);
  });
});
