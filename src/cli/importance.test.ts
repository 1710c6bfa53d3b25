// `alc importance` as a process, over files whose losses are known functions of their parameters.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, removeTemporaries, temporary } from '../testing/alc.ts';
import { generator } from '../testing/random.ts';

afterAll(removeTemporaries);

const cwd = temporary();

function write(location: string, count: number, loss: (rate: number, momentum: number) => number): void {
  const random = generator(1);
  for (let i = 1; i <= count; i++) {
    const [rate, momentum, other] = [10 ** (-5 + 4 * random()), random(), random()];
    const name = i % 2 ? `{ name: 'sgd', momentum: ${momentum} }` : "{ name: 'adam' }";
    const value = loss(rate, i % 2 ? momentum : 0);
    put(cwd, {
      [`${location}/${i}/cfg.mjs`]: `export const pars = { rate: ${rate}, optimizer: ${name}, other: ${other} };\nexport const seed = ${i};\n`,
      [`${location}/${i}/log.jsonl`]: `{"step":1,"bestLoss":${value},"score":${-value}}\n`,
      [`${location}/${i}/report-last.json`]: '{}',
    });
  }
}

beforeAll(() => {
  write('many', 120, (rate, momentum) => (Math.log10(rate) + 3) ** 2 + 0.1 * momentum);
  write('few', 20, (rate) => rate);
  write('alike', 12, () => 1);
});

const importance = (...args: string[]): Promise<string> => alcOk(['importance', ...args], { cwd });

describe('importance', { timeout: 60_000 }, () => {
  it('names what matters first, by both definitions', async () => {
    const json = await importance('many', '--json');
    const { parameters, interactions, r2, count, cautions, by } = JSON.parse(json);
    expect([by, count, cautions]).toEqual(['bestLoss', 120, []]);
    expect(parameters.map(({ key }: { key: string }) => key).sort()).toEqual([
      'pars.optimizer.momentum',
      'pars.optimizer.name',
      'pars.other',
      'pars.rate',
    ]);
    expect(parameters[0]).toMatchObject({ key: 'pars.rate' });
    expect(parameters[0].fanova).toBeGreaterThan(0.9);
    const sum = (key: string) =>
      parameters.reduce((all: number, parameter: Record<string, number>) => all + (parameter[key] ?? 0), 0);
    expect(sum('pedAnova')).toBeCloseTo(1, 12);
    expect(sum('fanova') + interactions).toBeCloseTo(1, 12);
    expect(r2).toBeGreaterThan(0.9);
    // Chance is counted: another process comes to the same bits; and more is better of what is its negative.
    expect(await importance('many', '--json')).toBe(json);
    const mirrored = JSON.parse(await importance('many', '--json', '--by=log.score', '--highest'));
    expect(mirrored.parameters.map(({ pedAnova }: { pedAnova: number }) => pedAnova)).toEqual(
      parameters.map(({ pedAnova }: { pedAnova: number }) => pedAnova),
    );
  });

  it('draws a table', async () => {
    expect(await importance('many')).toMatch(
      /^PED-ANOVA +fANOVA +parameter\n +\d+\.\d % +\d+\.\d % +rate +█+.?\n(.* %.*\n){3} +\d+\.\d % +interactions\n\nvalidation loss of 120 configurations; the forest explains \d+\.\d % of unseen ones\n$/,
    );
  });

  it('says when there is too little to tell', async () => {
    expect(await importance('few')).toContain(
      '\ncaution: too few to tell for sure: PED-ANOVA rests on the best 2 of 20, 5 of 50 are advised\n',
    );
    expect(await importance('alike')).toContain('caution: all values are alike: no parameter can be told to matter\n');
    const { code, stdout, stderr } = await alc(['importance', 'few', '--where=index<10'], { cwd });
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'importance: at least 10 configurations with a result are needed, got 9; run or create more\n',
    ]);
  });
});
