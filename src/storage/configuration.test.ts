// The text of a configuration: what is written is read back without executing it.

import { describe, expect, it } from 'vitest';
import { configurationSource, parseConfiguration } from './configuration.ts';

describe('parseConfiguration', () => {
  it('gives back what was written', () => {
    const pars = { hidden: [64, 32], rate: 1e-3, weights: Float32Array.of(0.1, -0), name: "it's" };
    const source = configurationSource('/* job 1: export const pars = 2 */\n// and more', pars, 17);
    expect(parseConfiguration(source, 'cfg.mjs')).toEqual({ pars, seed: 17 });
  });

  it('gives what people have changed', () => {
    const source = 'export const seed = 3 // mine\nexport const pars = {\n  rate: .5, // was 1\n}\n';
    expect(parseConfiguration(source, 'cfg.mjs')).toEqual({ pars: { rate: 0.5 }, seed: 3 });
  });

  it.each([
    ['export const pars = { rate: 10 ** -3 };\nexport const seed = 1;', "cfg.mjs: line 1: expected '}', got \"** -3"],
    ["import fs from 'fs';", "cfg.mjs: line 1: expected 'export const seed =', got \"import fs from 'fs';\""],
    ['export const pars = {};', 'cfg.mjs: seed must be a whole number'],
    ['export const pars = [];\nexport const seed = 1;', 'cfg.mjs: pars must be a plain object, got a list'],
  ])('refuses what would have to be executed, or is not whole: %s', (source, words) => {
    expect(() => parseConfiguration(source, 'cfg.mjs')).toThrow(words);
  });
});
