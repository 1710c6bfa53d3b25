// `alc export`: every number equals the one in the files; what cannot be exported is told in a sentence.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../data/npz.ts';
import { readSafetensors } from '../storage/safetensors.ts';
import { alc, alcOk, newestCheckpoint, read, removeTemporaries, root, temporary } from '../testing/alc.ts';

const home = temporary();
const runs = join(home, 'runs');
const COUNT = 3;

beforeAll(async () => {
  await alcOk(['create', join(root, 'examples/mlp-xor.ts'), runs, `--amount=${COUNT}`]);
  await alcOk(['run', runs, '--jobs=1']);
}, 60_000);
afterAll(removeTemporaries);

const exported = async (...args: readonly string[]): Promise<string> => {
  const { path } = JSON.parse(await alcOk(['export', ...args, '--json']));
  return path;
};
const logOf = (index: number): Record<string, number>[] =>
  read(runs, `${index}`, 'log.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const logs = Array.from({ length: COUNT }, (_, i) => i + 1);

describe('alc export', () => {
  it('writes the logs as a long table', async () => {
    const [names = [], ...rows] = read(await exported(runs, '--to=csv', '--long'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const lines = logs.flatMap((index) => logOf(index).map((line) => ({ index, ...line })));
    expect(rows.length).toBe(lines.length);
    for (const [i, line] of lines.entries()) {
      for (const [key, value] of Object.entries(line)) expect(Number(rows[i]?.[names.indexOf(key)])).toBe(value);
    }
    expect(names).toContain('pars.activation');
  });

  it('writes reports and configurations as a wide table', async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(await exported(runs, '--to=parquet'));
    const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer });
    expect(rows.length).toBe(COUNT);
    for (const [i, row] of rows.entries()) {
      const { pars, seed } = await import(join(runs, `${i + 1}`, 'cfg.mjs'));
      const report = JSON.parse(read(runs, `${i + 1}`, 'report-last.json'));
      expect(row['report.testLoss']).toBe(report.testLoss);
      expect(row['pars.optimizer.learningRate']).toBe(pars.optimizer.learningRate);
      expect(row.seed).toBe(BigInt(seed));
      expect(row.bestLoss).toBe(logOf(i + 1).at(-1)?.bestLoss);
    }
  });

  it('writes a journal and event files', async () => {
    const [, ...trials] = read(await exported(runs, '--to=optuna'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(trials.map(({ value }) => value)).toEqual(logs.map((index) => logOf(index).at(-1)?.bestLoss));
    expect(trials[0].intermediate_values['100']).toBe(logOf(1)[0]?.valLoss);
    const folder = await exported(runs, '--to=tensorboard', '--out', join(home, 'board'));
    expect(existsSync(join(folder, '3/events.out.tfevents.0000000000.alchemie'))).toBe(true);
    expect(await alcOk(['export', runs, '--to=mlflow', '--out', join(home, 'mlruns')])).toMatch(
      /3 configurations, \d+ files/,
    );
  });

  it('writes the best parameters, which the checkpoint holds', async () => {
    const checkpoint = readSafetensors(readFileSync(newestCheckpoint(join(runs, '2'))));
    const names = [...checkpoint.keys()].filter((name) => name.startsWith('best.'));
    const best = new Map(names.map((name) => [name.slice('best.'.length), checkpoint.get(name)]));
    expect(readSafetensors(readFileSync(await exported(join(runs, '2'), '--to=safetensors')))).toEqual(best);
    expect(await readNpz(readFileSync(await exported(join(runs, '2'), '--to=npz')))).toEqual(best);
  });

  it('writes what the model predicts, with the best parameters, by executing the module', async () => {
    const one = join(runs, '1');
    const [onnx, parameters] = [await exported(one, '--to=onnx'), await exported(one, '--to=safetensors')];
    const file = readFileSync(onnx);
    for (const [name, { data }] of readSafetensors(readFileSync(parameters))) {
      expect([name, file.includes(name), file.includes(Buffer.from(data.buffer))]).toEqual([name, true, true]);
    }
    const changed = join(home, 'changed.ts');
    writeFileSync(changed, read(root, 'examples/mlp-xor.ts').replace("'binaryCrossEntropy'", "'squaredError'"));
    const { code, stderr } = await alc(['export', one, '--to=onnx', '--module', changed]);
    const refusal = /the module computes something else than when this was trained/;
    expect([code, stderr]).toEqual([2, expect.stringMatching(refusal)]);
  });

  it('says of other trainers that they have no best parameters of ours', async () => {
    const others = join(home, 'others');
    await alcOk(['create', join(root, 'examples/own-trainer.mjs'), others, '--amount=1']);
    await alcOk(['run', join(others, '1')]);
    const { code, stderr } = await alc(['export', join(others, '1'), '--to=onnx']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/has no tensors called best\.…, as those of a Trainer/)]);
  });

  it('executes nothing otherwise', async () => {
    writeFileSync(join(runs, '3', 'cfg.mjs'), `process.exit(77);\n${read(runs, '3', 'cfg.mjs')}`);
    for (const to of ['csv', 'optuna', 'tensorboard']) await alcOk(['export', runs, `--to=${to}`]);
    await alcOk(['export', join(runs, '3'), '--to=safetensors']);
  });

  it('says what is missing or makes no sense', async () => {
    const mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
      [[runs], /the format is missing; add --to with one of csv, /],
      [[runs, '--to=xls'], /--to: unknown format, got 'xls'; there are csv, /],
      [[runs, '--to=csv', '--long', '--wide'], /--long: is the opposite of --wide/],
      [[runs, '--to=optuna', '--long'], /--long: optuna is no format of tables/],
      [[runs, '--to=onnx'], /--to onnx: is made of one configuration, got a location; name one/],
      [[runs, '--to=safetensors'], /is made of one configuration, got a location; name one/],
      [[runs, '--to=csv', '--out', home], /is a folder; give the path of the file/],
      [[join(home, 'nowhere'), '--to=csv'], /there is no such location/],
      [[home, '--to=csv'], /there are no configurations/],
    ];
    await alcOk(['create', join(root, 'examples/mlp-xor.ts'), join(home, 'new'), '--amount=1']);
    const untrained = [[join(home, 'new', '1'), '--to=npz'], /there are no best parameters yet; train it/] as const;
    for (const [args, sentence] of [...mistakes, untrained]) {
      const { code, stdout, stderr } = await alc(['export', ...args]);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(sentence)]);
    }
  });
});
