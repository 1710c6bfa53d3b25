// Conditions hold where they should, and errors name the place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { parseCondition } from './condition.ts';
import type { Value } from './fields.ts';

const fields: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['index', 3],
  ['state', 'finished'],
  ['pars.optimizer.name', 'adam'],
  ['pars.optimizer.learningRate', 1e-3],
  ['pars.hidden', '[3, 4]'],
  ['pars.data', '007'],
  ['pars["top 5"]', true],
  ['pars.notes', 'it\'s "so"'],
  ['log.valLoss', 0.05],
  ['log.trainLoss', Number.NaN],
  ['report.accuracy', null],
  ['run.git.dirty', false],
]);
const keys = new Set([...fields.keys(), 'pars.momentum']);
const holds = (text: string): boolean => parseCondition(text, keys, '--where')(fields);

describe('a condition', () => {
  it.each([
    ['pars.optimizer.name==adam && valLoss<0.1', true],
    ['optimizer.name = adam and valLoss < .1', true],
    ["name == 'adam'", true],
    ['name == "sgd" || index >= 3', true],
    ['name == sgd or index > 3', false],
    ['not name == sgd and index != 4', true],
    ['!(name == adam) && index == 3', false],
    ['(index == 3', undefined],
    ['index == 1 or index == 3 and state == finished', true],
    ['(index == 1 or index == 3) and state == failed', false],
    ['learningRate == 1e-3', true],
    ['learningRate<=0.001 and learningRate>=1E-3', true],
    ['0.01 > valLoss', false],
    ['valLoss > trainLoss', false],
    ['trainLoss == NaN', true],
    ['valLoss < Infinity and valLoss > -Infinity', true],
    ['data == 007', true],
    ['data == 7', false],
    ["hidden == '[3, 4]'", true],
    ['pars["top 5"]', true],
    ['pars["top 5"] == true', true],
    ['dirty', undefined],
    ['git.dirty', false],
    ['!git.dirty', true],
    ['accuracy == null and momentum == null', true],
    ['momentum < 0.5', false],
    ['momentum != 0.5', true],
    ["notes == 'it\\'s \"so\"'", true],
    ['name < b', true],
    ['name < 3', false],
  ])('%s: %s', (text, expected) => {
    if (expected !== undefined) expect(holds(text)).toBe(expected);
    else expect(() => holds(text)).toThrow(UserError);
  });

  it.each([
    ['', '--where: character 1: expected a key, a number or a text, got the end'],
    ['valLoss <', '--where: character 10: expected a key, a number or a text, got the end'],
    ['valLoss < 0.1 state', "--where: character 15: expected 'and', 'or' or the end, got 'state'"],
    ['(index == 3', "--where: character 12: expected ')', got the end"],
    ['index == 3 && ; 4', "--where: character 15: expected a key, a number or a text, got '; 4'"],
    ['index == 1 < 2', "--where: character 12: expected 'and', 'or' or the end, got '< 2'"],
    ["name == 'adam", "--where: character 9: expected a key, a number or a text, got ''adam'"],
    ['index == 3 and valLos < 0.1', "--where: character 16: there is no 'valLos'; did you mean 'log.valLoss'?"],
    ['3 == 3', "--where: character 1: there is no '3'; known are"],
    ['process.exit(1)', "--where: character 1: there is no 'process.exit'; known are"],
    [`${'('.repeat(9999)}index`, '--where: character 258: expected at most 256 levels, got'],
  ])('%.30s is an error', (text, message) => {
    expect(() => holds(text)).toThrow(message);
  });

  it('is as JavaScript has it, whatever stands in it', () => {
    const leaf = fc.record({
      limit: fc.integer({ min: 0, max: 6 }),
      sign: fc.constantFrom('<', '<=', '==', '!=', '>', '>='),
    });
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        leaf.map(({ limit, sign }) => `index ${sign} ${limit}`),
        fc.tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node')).map(([a, sign, b]) => `${a} ${sign} ${b}`),
        tie('node').map((a) => `!(${a})`),
        tie('node').map((a) => `(${a})`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (text) => {
        const expected = new Function('index', `return ${text};`)(3);
        expect(holds(text)).toBe(expected);
        expect(holds(text.replaceAll('&&', ' and ').replaceAll('||', ' or ').replaceAll('!(', 'not ('))).toBe(expected);
      }),
    );
  });

  it('of whatever text is read or refused in a sentence', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      'index',
      '==',
      '<',
      '!',
      "'",
      '"',
      '3',
      ' ',
      'and',
      'or',
      'not',
      '[',
      '.',
      '-',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 2 })), { maxLength: 12 }), (pieces) => {
        try {
          expect(typeof holds(pieces.join(''))).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});
