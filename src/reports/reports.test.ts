// What the reports print.

import { describe, expect, it, vi } from 'vitest';
import type { Info } from '../trainable.ts';
import { jsonLine, oneLine, silent } from './index.ts';
import type { Report } from './report.ts';

/** The lines that go to stderr; nothing may go elsewhere. */
function printed(report: Report, ...infos: readonly Info[]): string[] {
  const lines: string[] = [];
  const error = vi.spyOn(console, 'error').mockImplementation((line: string) => lines.push(line));
  const log = vi.spyOn(console, 'log');
  try {
    for (const info of infos) report(info);
    expect(log).not.toHaveBeenCalled();
  } finally {
    error.mockRestore();
    log.mockRestore();
  }
  return lines;
}

const first: Info = { step: 100, epoch: 0.5, trainLoss: Math.LN2, bestLoss: 4.036e-5, isGood: true };
const second: Info = { step: 200, epoch: 1, trainLoss: Number.NaN, bestLoss: -1.5e7 - 0.5, name: 'x' };

describe('oneLine', () => {
  it('prints names once, then a line for each info, in columns to the right', () => {
    const lines = printed(oneLine(['step', 'trainLoss', 'bestLoss']), first, second);
    expect(lines).toEqual([
      '        step    trainLoss     bestLoss',
      '         100     0.693147   4.03600e-5',
      '         200          NaN  -1.50000e+7',
    ]);
  });

  it('shows texts and truth values as they are, and ? for what is not there', () => {
    const lines = printed(oneLine(['isGood', 'name']), first, second);
    expect(lines.slice(1).map((line) => line.trim().split(/ +/))).toEqual([
      ['true', '?'],
      ['?', 'x'],
    ]);
  });

  it('prints its names again for another run', () => {
    const one = oneLine(['step']);
    expect(
      [printed(one, first), printed(one, second), printed(oneLine(['step']), first)].map(({ length }) => length),
    ).toEqual([2, 1, 2]);
  });
});

describe('jsonLine', () => {
  it('prints an object for each info', () => {
    const lines = printed(jsonLine(), first, second);
    expect(lines.map((line) => JSON.parse(line))).toEqual([first, { ...second, trainLoss: null }]);
    expect(lines.join('')).not.toContain('\n');
  });
});

describe('mistakes', () => {
  it.each<[string, () => unknown]>([
    [
      "oneLine: expected a list of names, got 'step'; write oneLine(['step', 'valLoss'])",
      () => Reflect.apply(oneLine, undefined, ['step']),
    ],
    [
      "oneLine: expected a list of names, got undefined; write oneLine(['step', 'valLoss'])",
      () => Reflect.apply(oneLine, undefined, []),
    ],
    [
      'jsonLine: takes nothing, got an object with step, epoch, trainLoss, bestLoss, isGood; write report: jsonLine()',
      () => Reflect.apply(jsonLine, undefined, [first]),
    ],
  ])('%s', (message, mistake) => {
    expect(mistake).toThrow(message);
  });
});

describe('silent', () => {
  it('prints nothing', () => {
    expect(printed(silent(), first, second)).toEqual([]);
  });
});
