// What is taken for a number, a logarithm, a choice.

import { expect, it } from 'vitest';
import { levelsOf } from './levels.ts';
import { parametersOf } from './parameters.ts';

const rows = Array.from({ length: 60 }, (_, i) => {
  const pars: [string, number | string | boolean][] = [
    ['pars.x', i / 7 - 2],
    ['pars.rate', 1e-5 * (1 + i) ** 2],
    ['pars.units', 1 + ((i * 7) % 53)],
    ['pars.layers', 1 + (i % 3)],
    ['pars.name', i % 2 ? 'sgd' : 'adam'],
    ['pars.hidden', i % 4 ? '[3]' : '[3, 4]'],
    ['pars.mixed', i % 2 ? 0.5 : 'auto'],
    ['pars.same', 1],
  ];
  if (i % 2) pars.push(['pars.momentum', i / 60]);
  return new Map(pars);
});
const parameters = new Map(parametersOf(rows).map((parameter) => [parameter.key, parameter]));

it('tells domains by their values', () => {
  expect([...parameters].map(([key, { domain }]) => [key.slice('pars.'.length), domain])).toEqual([
    ['x', { kind: 'numbers', low: -2, high: 59 / 7 - 2, log: false, step: undefined }],
    ['rate', { kind: 'numbers', low: 1e-5, high: 1e-5 * 3600, log: true, step: undefined }],
    ['units', { kind: 'numbers', low: 1, high: 53, log: false, step: 1 }],
    ['layers', { kind: 'choices', count: 3 }],
    ['name', { kind: 'choices', count: 2 }],
    ['hidden', { kind: 'choices', count: 2 }],
    ['mixed', { kind: 'choices', count: 2 }],
    ['momentum', { kind: 'numbers', low: 1 / 60, high: 59 / 60, log: false, step: undefined }],
  ]);
  expect(parameters.get('pars.layers')?.values.slice(0, 4)).toEqual([0, 1, 2, 0]);
  expect(parameters.get('pars.momentum')?.values.slice(0, 2)).toEqual([undefined, 1 / 60]);
});

it('cuts them into levels whose shares are those of their domain', () => {
  for (const parameter of parameters.values()) {
    const { of, shares } = levelsOf(parameter);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(Math.max(...of)).toBeLessThan(shares.length);
    expect(shares.length).toBeLessThanOrEqual(64);
    // Levels go up with the values.
    const order = [...of.keys()].filter((i) => parameter.values[i] !== undefined);
    order.sort((a, b) => (parameter.values[a] ?? 0) - (parameter.values[b] ?? 0));
    expect(order.map((i) => of[i])).toEqual([...order.map((i) => of[i])].sort((a = 0, b = 0) => a - b));
  }
  const momentum = parameters.get('pars.momentum');
  const { of, shares } = momentum ? levelsOf(momentum) : { of: [], shares: new Float64Array() };
  expect([of[0], shares.at(-1)]).toEqual([shares.length - 1, 0.5]);
});
