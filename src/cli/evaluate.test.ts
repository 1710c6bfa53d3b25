// `alc evaluate` as a process, compared with what its reader would find in the files by hand.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const cwd = temporary();
const indices = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Of one configuration, by other means than the command's. */
interface Known {
  readonly index: number;
  readonly pars: {
    readonly hidden: number[];
    readonly optimizer: { readonly name: string; readonly learningRate: number };
  };
  readonly bestLoss: number;
  readonly report: { readonly accuracy: number };
}
let known: Known[] = [];

beforeAll(async () => {
  // Two seeds each of four combinations.
  const drawPars = `() => [1, 2].flatMap(() => ['sgd', 'adam'].flatMap((name) => [0.1, 0.01].map((learningRate) =>
    ({ hidden: [3], optimizer: { name, learningRate } }))))`;
  const makeReport = '(pars, trainer) => ({ accuracy: 1 - trainer.bestLoss / 4, deep: { steps: trainer.step } })';
  put(cwd, { 'experiment.mjs': smallExperiment({ drawPars, makeReport }) });
  await alcOk(['create', 'experiment.mjs', 'runs', '--amount=8'], { cwd });
  await alcOk(['run', 'runs'], { cwd });
  known = await Promise.all(
    indices.map(async (index) => ({
      index,
      pars: (await import(pathToFileURL(join(cwd, `runs/${index}/cfg.mjs`)).href)).pars,
      bestLoss: JSON.parse(read(cwd, `runs/${index}/log.jsonl`).trimEnd().split('\n').at(-1) ?? '').bestLoss,
      report: JSON.parse(read(cwd, `runs/${index}/report-last.json`)),
    })),
  );
}, 60_000);

const evaluate = (...options: string[]): Promise<string> => alcOk(['evaluate', 'runs', ...options], { cwd });
const byLoss = (a: Known, b: Known): number => a.bestLoss - b.bestLoss || a.index - b.index;

describe('evaluate', { timeout: 60_000 }, () => {
  it('shows the parameters that differ, and no others', async () => {
    const [titles = '', ...lines] = (await evaluate()).split('\n');
    expect(titles).toMatch(/^validation loss +step +state +configuration +optimizer\.name +optimizer\.learningRate$/);
    const order = [...known].sort(byLoss);
    expect(lines.slice(0, 8).map((line) => line.trim().split(/ +/).slice(3))).toEqual(
      order.map(({ index, pars: { optimizer } }) => [`runs/${index}`, optimizer.name, `${optimizer.learningRate}`]),
    );
  });

  it('ranks by any number, the highest first where asked, and writes that result', async () => {
    const json = await evaluate('--by', 'report.accuracy', '--highest', '--json');
    const order = [...known].sort((a, b) => b.report.accuracy - a.report.accuracy || a.index - b.index);
    const { by, ranked, best } = JSON.parse(json);
    expect([by, best.index]).toEqual(['report.accuracy', order[0]?.index]);
    expect(ranked.map(({ value }: { value: number }) => value)).toEqual(order.map(({ report }) => report.accuracy));
    expect(read(cwd, 'runs/result.json')).toBe(json);
    expect(read(cwd, 'runs/result.txt')).toBe(
      `>>> found the best experiment in\nruns/${order[0]?.index}\n>>> with a report.accuracy of ${order[0]?.report.accuracy}\n`,
    );
    expect(await evaluate('--by=accuracy', '--top=1')).toContain('… and 7 more');
  });

  it('shows some only, while the result stays that of all', async () => {
    const { ranked } = JSON.parse(await evaluate('--where', 'optimizer.name == sgd and learningRate < 0.05', '--json'));
    const chosen = known.filter(({ pars: { optimizer } }) => optimizer.name === 'sgd' && optimizer.learningRate < 0.05);
    expect(chosen.length).toBe(2);
    expect(ranked.map(({ index }: { index: number }) => index)).toEqual(chosen.sort(byLoss).map(({ index }) => index));
    const [best] = [...known].sort(byLoss);
    expect(JSON.parse(read(cwd, 'runs/result.json')).best).toMatchObject({
      index: best?.index,
      bestLoss: best?.bestLoss,
    });
    expect(read(cwd, 'runs/result.txt')).toContain(
      `\nruns/${best?.index}\n>>> with a validation loss of ${best?.bestLoss}\n`,
    );
  });

  it('takes seeds together', async () => {
    const { groups } = JSON.parse(await evaluate('--group-by=pars', '--json'));
    expect(groups).toHaveLength(4);
    for (const { values, mean, spread, count, configurations } of groups) {
      const members = known.filter(
        ({ pars: { optimizer } }) => optimizer.name === values[0] && optimizer.learningRate === values[1],
      );
      const [a = Number.NaN, b = Number.NaN] = members.map(({ bestLoss }) => bestLoss);
      expect([count, [...configurations].sort()]).toEqual([2, members.map(({ index }) => index)]);
      expect(mean).toBeCloseTo((a + b) / 2, 14);
      // Of two numbers the standard deviation is their distance by √2.
      expect(spread).toBeCloseTo(Math.abs(a - b) * Math.SQRT1_2, 14);
    }
    const table = await evaluate('--group-by', 'optimizer.name');
    expect(table).toMatch(/^mean validation loss +spread +count +best +in +optimizer\.name\n/);
    expect(
      table
        .split('\n')
        .slice(1, 3)
        .map((line) => line.trim().split(/ +/)[2]),
    ).toEqual(['4', '4']);
  });

  it('gives comma-separated values', async () => {
    const [titles, ...lines] = (await evaluate('--csv')).trimEnd().split('\n');
    expect(titles).toBe('bestLoss,step,state,directory,pars.optimizer.name,pars.optimizer.learningRate');
    expect(lines).toEqual(
      [...known]
        .sort(byLoss)
        .map(({ index, bestLoss, pars: { optimizer } }) =>
          [bestLoss, 200, 'finished', `runs/${index}`, optimizer.name, optimizer.learningRate].join(','),
        ),
    );
    expect((await evaluate('--group-by=optimizer.name', '--csv')).split('\n')[0]).toBe(
      'mean,spread,count,best,directory,pars.optimizer.name',
    );
  });

  it.each([
    [['--by', 'report.acuracy'], "--by: there is no 'report.acuracy'; did you mean 'report.accuracy'?"],
    [['--by', 'optimizer.name'], 'none of the configurations has a finite pars.optimizer.name'],
    [['--where', 'valLoss <'], '--where: character 10: expected a key, a number or a text, got the end'],
    [['--where', 'valLoss < 0'], "--where: holds for none of 8 configurations, got 'valLoss < 0'"],
    [['--group-by', 'optimiser.name'], "--group-by: there is no 'optimiser.name'; did you mean 'pars.optimizer.name'?"],
    [['--json', '--csv'], '--json and --csv exclude each other'],
  ])('%j is a mistake', async (options, message) => {
    const { code, stdout, stderr } = await alc(['evaluate', 'runs', ...options], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('executes nothing of what it reads', async () => {
    const location = temporary();
    put(location, {
      '1/cfg.mjs': 'process.exit(3);\nexport const pars = { rate: 1 };\nexport const seed = 1;\n',
      '1/log.jsonl': '{"step":1,"bestLoss":1}\n',
    });
    expect(await alcOk(['evaluate', location])).toContain('>>> with a validation loss of 1\n');
  });
});
