// Drawing from spaces: what draws depend on, that finite spaces are exhausted, and the types of what is drawn.

import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { UserError } from '../errors.ts';
import { toLiteral } from '../literal.ts';
import { uniform as random } from '../machine/scalar.ts';
import { choice, int, logUniform, normal, uniform } from './distributions/index.ts';
import { type Drawn, grid, sample } from './sample.ts';

const space = () => ({
  hidden: choice([[64], [64, 32]]),
  activation: choice(['relu', 'tanh']),
  layers: int(1, 4),
  optimizer: { name: 'rmsprop', learningRate: logUniform(1e-4, 1), momentum: uniform(0.9, 0.99) },
});

describe('sample', () => {
  it('says so when a space is exhausted', () => {
    const said: string[] = [];
    const space = { a: choice([1, 2, 3]), b: choice([1, 2]) };
    const draw = (n: number, index: number) => {
      sample(space, n, { seed: 1, index, notice: (line) => said.push(line) });
      return said.splice(0);
    };
    expect([draw(6, 0), draw(2, 4)]).toEqual([[], []]);
    expect(draw(7, 0)).toEqual([expect.stringContaining('(size 6): repeated 1 of 7 configurations')]);
    expect(draw(3, 5)).toEqual([expect.stringContaining('(size 6): repeated 2 of 3')]);
    expect(draw(3, 8)).toEqual([expect.stringContaining('(size 6): repeated 3 of 3')]);
    sample({ a: choice([1]), b: uniform(0, 1) }, 9, { seed: 1, index: 0, notice: (line) => said.push(line) });
    expect(said).toEqual([]);
  });

  it('says that the seed is missing', () => {
    for (const from of [undefined, null, '5', [5]]) {
      expect(() => Reflect.apply(sample, undefined, [{ a: 1 }, 1, from])).toThrow('sample: the seed is missing, got ');
    }
  });
});

describe('sample', () => {
  it('gives the same for ever', () => {
    // Golden values, from this implementation at its first commit.
    const rest = { hidden: [64, 32], activation: 'tanh', layers: 3 };
    expect(sample(space(), 2, 7)).toEqual([
      { ...rest, optimizer: { name: 'rmsprop', learningRate: 0.019043259594095967, momentum: 0.9514790601929568 } },
      { ...rest, optimizer: { name: 'rmsprop', learningRate: 0.0034941815401344062, momentum: 0.9830042980841819 } },
    ]);
    const finite = sample({ a: choice([1, 2, 3]), b: int(0, 1) }, 6, 7);
    expect(finite.map(({ a, b }) => `${a}${b}`)).toEqual(['11', '30', '31', '21', '20', '10']);
    expect(sample({ x: normal(0, 1), n: int(1, 1000, { log: true }) }, 2, 2 ** 53 - 1)).toEqual([
      { x: 1.6706322433879057, n: 13 },
      { x: -0.8992904000677815, n: 3 },
    ]);
  });

  it('draws each parameter from its path', () => {
    const [drawn] = sample({ a: { b: uniform(0, 1) }, list: [uniform(0, 1), { c: uniform(0, 1) }] }, 1, 5);
    expect(drawn).toEqual({
      a: { b: random(5, 0, 'pars a.b') },
      list: [random(5, 0, 'pars list[0]'), { c: random(5, 0, 'pars list[1].c') }],
    });
  });

  it('does not change a draw when parameters are added, removed or moved about', () => {
    const [small] = sample({ o: { lr: logUniform(1e-4, 1) } }, 1, 3);
    const [large] = sample({ more: uniform(0, 1), o: { first: int(1, 9), lr: logUniform(1e-4, 1) } }, 1, 3);
    expect(large?.o.lr).toBe(small?.o.lr);
  });

  it.each([
    ['infinite', space()],
    ['finite', { a: choice([1, 2, 3]), b: choice(['x', 'y']) }],
  ])('draws configuration i of an %s space in whatever portions', (_, space) => {
    const whole = sample(space, 40, 11);
    fc.assert(
      fc.property(fc.nat(39), fc.nat(40), (index, n) => {
        const part = sample(space, Math.min(n, 40 - index), { seed: 11, index });
        expect(part).toEqual(whole.slice(index, index + part.length));
      }),
    );
  });

  it('draws from a context by the seed of the experiment, which does not change between portions', () => {
    const whole = sample(space(), 5, 11);
    const context = { seed: 99, experimentSeed: 11, index: 3, history: [] };
    expect(sample(space(), 2, context)).toEqual(whole.slice(3));
    expect(sample(space(), 2, context.seed)).not.toEqual(whole.slice(3));
  });

  it('depends on all of the seed', () => {
    const firsts = [0, 1, 2 ** 32, 2 ** 32 + 1].map((seed) => sample({ x: uniform(0, 1) }, 1, seed)[0]?.x);
    expect(new Set(firsts).size).toBe(4);
  });

  it('draws in a choice independently of the choice', () => {
    const drawn = sample({ momentum: choice([0, uniform(0, 1)]) }, 400, 1).map(({ momentum }) => momentum);
    const positive = drawn.filter((x) => x > 0);
    expect(positive.length).toBeGreaterThan(150);
    expect(positive.filter((x) => x < 0.5).length / positive.length).toBeCloseTo(0.5, 0.5);
    const nested = sample({ a: choice([choice([0, uniform(0, 1)]), choice([2, uniform(3, 4)])]) }, 400, 1);
    expect(new Set(nested.map(({ a }) => Math.ceil(a)))).toEqual(new Set([0, 1, 2, 4]));
  });

  it('draws what only one option has only with that option', () => {
    const conditional = {
      optimizer: choice([{ name: 'sgd', learningRate: logUniform(1e-4, 1) }, { name: 'adam' }]),
    };
    const drawn = sample(conditional, 50, 4);
    const kinds = new Set(drawn.map(({ optimizer }) => Object.keys(optimizer).join()));
    expect(kinds).toEqual(new Set(['name,learningRate', 'name']));
    // The learning rate is a function of its path, whichever option it belongs to.
    const alone = sample({ optimizer: { learningRate: logUniform(1e-4, 1) } }, 50, 4);
    for (const [i, { optimizer }] of drawn.entries()) {
      if (optimizer.name === 'sgd') expect(optimizer.learningRate).toBe(alone[i]?.optimizer.learningRate);
    }
  });

  it('keeps what is no distribution, and copies lists and objects', () => {
    const weights = Float32Array.of(1);
    const space = { initializer: { name: 'normal', mean: 0, std: 1 }, hidden: [64, 32], none: undefined, weights };
    const [first, second] = sample(space, 2, 0);
    expect(first).toEqual(space);
    expect(first?.weights).toBe(weights);
    expect(first?.hidden).not.toBe(second?.hidden);
    expect(first?.initializer).not.toBe(space.initializer);
  });

  it('keeps a key __proto__ a key, to be refused when it is written', () => {
    const [drawn] = sample(JSON.parse('{"__proto__": {"polluted": 1}}'), 1, 0);
    expect(Object.keys(drawn)).toEqual(['__proto__']);
    expect(() => toLiteral(drawn)).toThrow('__proto__');
  });

  it('gives none of none', () => {
    expect(sample(space(), 0, 1)).toEqual([]);
  });

  it.each([
    [() => sample({}, -1, 0), 'sample: the number of draws must be a whole number, not negative, got -1'],
    [() => sample({}, 1.5, 0), 'the number of draws'],
    [() => sample({}, 1, -3), 'sample: the seed must be a whole number from 0 to 2^53 - 1, got -3'],
    [() => sample({}, 1, Number.NaN), 'sample: the seed'],
    [() => sample({}, 1, { seed: 0, index: -1 }), 'sample: the index'],
  ])('names mistakes: %s', (mistake, message) => {
    expect(mistake).toThrow(UserError);
    expect(mistake).toThrow(message);
  });
});

describe('sample of a finite space', () => {
  const finite = {
    width: choice([8, 16, 32]),
    depth: int(1, 2),
    optimizer: choice([
      { name: 'sgd', momentum: choice([0, 0.9]) },
      { name: 'adam', betas: [choice([0.9, 0.95]), 0.999] },
      choice([{ name: 'lbfgs' }, { name: 'rprop' }]),
    ]),
  };

  it('comes through all combinations before one comes again, in an order of each seed', () => {
    const all = grid(finite).map((pars) => toLiteral(pars));
    expect(all).toHaveLength(3 * 2 * 6);
    expect(new Set(all).size).toBe(36);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(20), (seed, round) => {
        const drawn = sample(finite, 36, { seed, index: 36 * round }).map((pars) => toLiteral(pars));
        expect(drawn.toSorted()).toEqual(all.toSorted());
        expect(drawn).not.toEqual(all);
      }),
      { numRuns: 20 },
    );
    const orders = [1, 2, 3].map((seed) => toLiteral(sample(finite, 36, seed)));
    expect(new Set(orders).size).toBe(3);
    const twice = sample(finite, 72, 1);
    expect(twice.slice(36)).not.toEqual(twice.slice(0, 36));
  });

  it('draws independently where there are more combinations than could be permuted', () => {
    const large = { a: int(0, 65_535), b: int(0, 65_535) };
    const drawn = sample(large, 100, 1);
    expect(drawn[0]?.a).toBe(Math.floor(random(1, 0, 'pars a') * 65_536));
    expect(new Set(drawn.map(({ a }) => a)).size).toBeGreaterThan(90);
    const almost = sample({ a: int(0, 65_535), b: int(0, 65_534) }, 1000, 1);
    expect(new Set(almost.map((pars) => toLiteral(pars))).size).toBe(1000);
  });
});

describe('grid', () => {
  it('has every combination in order, the last parameter changing fastest', () => {
    expect(grid({ a: choice([1, 2]), b: { c: choice(['x', 'y']) }, d: 0, e: int(1, 2) })).toEqual([
      { a: 1, b: { c: 'x' }, d: 0, e: 1 },
      { a: 1, b: { c: 'x' }, d: 0, e: 2 },
      { a: 1, b: { c: 'y' }, d: 0, e: 1 },
      { a: 1, b: { c: 'y' }, d: 0, e: 2 },
      { a: 2, b: { c: 'x' }, d: 0, e: 1 },
      { a: 2, b: { c: 'x' }, d: 0, e: 2 },
      { a: 2, b: { c: 'y' }, d: 0, e: 1 },
      { a: 2, b: { c: 'y' }, d: 0, e: 2 },
    ]);
  });

  it('goes through the parameters of an option before the next option', () => {
    const conditional = choice([{ name: 'sgd', momentum: choice([0, 0.9]) }, { name: 'adam' }]);
    expect(grid({ a: choice([1, 2]), o: conditional })).toEqual(
      [1, 2].flatMap((a) => [
        { a, o: { name: 'sgd', momentum: 0 } },
        { a, o: { name: 'sgd', momentum: 0.9 } },
        { a, o: { name: 'adam' } },
      ]),
    );
    expect(grid(conditional)).toHaveLength(3);
  });

  it('has one element without choices', () => {
    expect(grid({ a: 1, b: [2] })).toEqual([{ a: 1, b: [2] }]);
    expect(grid({})).toEqual([{}]);
  });

  it('gives the 144 configurations of the XOR example', () => {
    const xor = {
      hidden: choice([3]),
      activation: choice(['sigmoid', 'tanh', 'relu']),
      parameterStd: choice([1.5, 1, 1e-1, 1e-2]),
      optimizer: {
        name: 'rmsprop',
        learningRate: choice([1e-4, 5e-4, 5e-3]),
        momentum: choice([0.99, 0.995]),
        decay: choice([0.9, 0.95]),
      },
    };
    expect(new Set(grid(xor).map((pars) => toLiteral(pars))).size).toBe(144);
    expect(new Set(sample(xor, 144, 1).map((pars) => toLiteral(pars))).size).toBe(144);
  });

  it.each([
    [
      () => grid({ o: { lr: logUniform(1e-4, 1) } }),
      'grid: o.lr has no finite list of values; use choice([…]) there, or',
    ],
    [() => grid({ o: choice([1, { a: [uniform(0, 1)] }]) }), 'grid: o.a[0] has'],
    [() => grid({ n: int(1, 5, { log: true }) }), 'grid: n has'],
    [() => grid(uniform(0, 1)), 'grid: the space has'],
    [() => grid({ a: int(1, 1e6), b: int(1, 1e6) }), 'grid: 1000000000000 combinations are too many; use sample'],
  ])('names what cannot be listed: %s', (mistake, message) => {
    expect(mistake).toThrow(UserError);
    expect(mistake).toThrow(message);
  });
});

describe('types of draws', () => {
  const draw = () => sample({ a: choice([1, 2]), act: choice(['relu', 'tanh']), o: { lr: logUniform(1e-4, 1) } }, 1, 0);

  it('have values in place of distributions', () => {
    expectTypeOf(draw()).toEqualTypeOf<{ a: number; act: 'relu' | 'tanh'; o: { lr: number } }[]>();
    expectTypeOf(grid({ a: choice([true, false]), n: int(1, 2) })).toEqualTypeOf<{ a: boolean; n: number }[]>();
    expectTypeOf(sample(choice(['a', 'b']), 1, 0)).toEqualTypeOf<('a' | 'b')[]>();
    expectTypeOf(sample({ a: choice([null, undefined, 1n]) }, 1, 0)).toEqualTypeOf<
      { a: null | undefined | bigint }[]
    >();
  });

  it('keep names, widen numbers, and can be changed', () => {
    const drawn = () =>
      sample({ name: 'rmsprop', learningRate: 1e-3, nesterov: true, hidden: [64, 32], by: ['relu', 'tanh'] }, 1, 0);
    expectTypeOf(drawn()).toEqualTypeOf<
      { name: 'rmsprop'; learningRate: number; nesterov: boolean; hidden: [number, number]; by: ['relu', 'tanh'] }[]
    >();
    expectTypeOf(drawn()).toExtend<{ name: 'rmsprop'; learningRate: number; hidden: number[] }[]>();
  });

  it('of conditional spaces are unions', () => {
    const drawn = () => sample({ o: choice([{ name: 'sgd', lr: logUniform(1e-4, 1) }, { name: 'adam' }]) }, 1, 0);
    expectTypeOf(drawn()).toExtend<{ o: { name: 'sgd'; lr: number } | { name: 'adam' } }[]>();
    for (const { o } of drawn()) if (o.name === 'sgd') expectTypeOf(o.lr).toEqualTypeOf<number>();
  });

  it('of lists chosen among are tuples', () => {
    expectTypeOf(sample({ hidden: choice([[64], [64, 32]]) }, 1, 0)).toEqualTypeOf<
      { hidden: [number] | [number, number] }[]
    >();
    const widths: number[] = [1, 2];
    expectTypeOf(sample({ width: choice(widths), widths }, 1, 0)).toEqualTypeOf<
      { width: number; widths: number[] }[]
    >();
  });

  it('leave other objects alone', () => {
    expectTypeOf<Drawn<{ readonly w: Float32Array; readonly d: Date }>>().toEqualTypeOf<{ w: Float32Array; d: Date }>();
    expectTypeOf<Drawn<{ readonly f: (x: number) => string }>>().toEqualTypeOf<{ f: (x: number) => string }>();
  });
});
