// Every format of the registry: its files are, byte by byte, those that the programs they are made for have read
// (verified.json, written by exports.long.test.ts); and what a few formats look like from within.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../../data/npz.ts';
import { exportedFiles, oddTrials } from '../../testing/exports.ts';
import * as formats from './index.ts';

const files = await exportedFiles();
const verified = JSON.parse(readFileSync(new URL('verified.json', import.meta.url), 'utf8'));

const bytesOf = (path: string): Uint8Array => {
  const bytes = files.get(path);
  if (!bytes) throw new Error(`${path}: is not exported, but ${[...files.keys()].join(', ')}`);
  return bytes;
};
const linesOf = (path: string): string[] => new TextDecoder().decode(bytesOf(path)).trimEnd().split('\n');

describe('formats', () => {
  it('can each be made of something', () => {
    for (const [name, { ending, folder, ...others }] of Object.entries(formats)) {
      const isFile = Object.keys(others).length > 0;
      expect([name, isFile, ending !== undefined]).toEqual([name, isFile, isFile]);
      expect([name, isFile || folder !== undefined]).toEqual([name, true]);
    }
  });

  it('give the bytes that other programs have read; if you have changed a format, run exports.long.test.ts with -u', () => {
    const sha256 = Object.fromEntries(
      Array.from(files, ([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]),
    );
    expect(sha256).toEqual(verified);
  });
});

describe('csv', () => {
  it('quotes what would be taken for something else, and leaves empty what there is not', () => {
    const [names, one] = linesOf('wide.csv');
    expect(names).toMatch(/^index,directory,state,step,bestLoss,seconds,seed,pars\.hidden,pars\.rate,/);
    expect(one).toContain(',"says ""a, b""');
    expect(linesOf('long.csv')[2]).toBe(
      '1,9007199254740991,3,0.1,tanh,true,auto,Infinity,"[3, 4]",sgd,,20,1,0.3333333333333333,0.30000000000000004,0.30000000000000004,true,',
    );
  });
});

describe('jsonl', () => {
  it('has no field for what there is not, and texts for what is no finite number', () => {
    expect(JSON.parse(linesOf('long.jsonl')[3] ?? '')).toEqual({
      index: 2,
      seed: 2 ** 53 - 2,
      'pars.hidden': 5,
      'pars.rate': 1e-5,
      'pars.activation': 'größer als ∞ 😀',
      'pars.isDeep': false,
      'pars.mixed': '3',
      'pars.clip': 1,
      'pars.optimizer.name': 'adam',
      'pars.optimizer.beta': 0.9,
      step: 10,
      epoch: 0.5,
      trainLoss: 'NaN',
      valLoss: 'NaN',
      bestLoss: 'Infinity',
      note: 'over',
    });
  });
});

describe('parquet', () => {
  it('distinguishes what is not a number from what is not there', async () => {
    const { buffer, byteOffset, byteLength } = bytesOf('long.parquet');
    const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer });
    const column = (name: string): unknown[] => rows.map((row) => row[name]);
    expect(column('step')).toEqual([10n, 20n, 30n, 10n, 10n]);
    expect(column('valLoss')).toEqual([Number.POSITIVE_INFINITY, 0.1 + 0.2, 0.7, Number.NaN, 0.25]);
    expect(column('pars.optimizer.beta')).toEqual([null, null, null, 0.9, null]);
    expect(column('isBest')).toEqual([null, true, false, null, null]);
  });
});

describe('npz', () => {
  it('keeps the bits of parameters', async () => {
    const arrays = await readNpz(bytesOf('best.npz'));
    expect([...arrays.keys()]).toEqual(['hidden.weight', '0', 'größe', 'bias']);
    expect(arrays.get('hidden.weight')).toEqual({
      data: Float32Array.of(1.5, -0, 1 / 3, 1e-45, 3e38, Number.NaN),
      shape: [2, 3],
    });
    expect(arrays.get('bias')?.shape).toEqual([]);
  });
});

describe('optuna', () => {
  it('has a trial for each configuration, of what was drawn', () => {
    const [study, ...trials] = linesOf('optuna.journal').map((line) => JSON.parse(line));
    expect(study).toEqual({ op_code: 0, worker_id: 'alchemie', study_name: 'odd', directions: [1] });
    expect(trials.map(({ state }) => state)).toEqual([1, 3, 0, 4, 4]);
    const [{ distributions, params, intermediate_values, value }] = trials;
    expect(JSON.parse(distributions.hidden)).toEqual({
      name: 'IntDistribution',
      attributes: { log: false, step: 1, low: 3, high: 5 },
    });
    expect(JSON.parse(distributions.rate)).toMatchObject({ name: 'FloatDistribution', attributes: { high: 0.5 } });
    expect(JSON.parse(distributions.mixed).attributes.choices).toEqual(['auto', 3, null, false]);
    expect(params).toMatchObject({ hidden: 3, rate: 0.1, activation: 0, isDeep: 0, clip: 0, 'optimizer.name': 0 });
    expect(intermediate_values).toEqual({ 20: 0.1 + 0.2, 30: 0.7 });
    expect(value).toBe(oddTrials[0]?.bestLoss);
  });
});

describe('mlflow', () => {
  it('names files by what MLflow allows, whatever keys are called', () => {
    const [one] = oddTrials;
    if (!one) throw new Error('no trial');
    const pars = { '../../up': 1, 'a/b': 2, a_b: 3, A_B: 4, '..': 5, größe: 6, ['long'.repeat(100)]: 7 };
    const paths = Array.from(formats.mlflow.folder?.([{ ...one, pars }], 'odd', 'file:///x') ?? [], ({ path }) => path);
    const names = paths.filter((path) => path.includes('/params/')).map((path) => path.replace(/^.*\/params\//, ''));
    expect(names.every((name) => /^\w[\w.\- ]{0,203}$/.test(name))).toBe(true);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(7);
  });

  it('has a line for each number of the log', () => {
    const [path = ''] = [...files.keys()].filter((path) => /^mlflow\/\d+\/\w+0001\/metrics\/valLoss$/.test(path));
    expect(linesOf(path)).toEqual([
      '1735787045678 Infinity 10',
      '1735787045678 0.30000000000000004 20',
      '1735787045678 0.7 30',
    ]);
  });
});

describe('tensorboard', () => {
  it('frames events with their lengths and checksums', () => {
    // The first record of every file, but for its time: TensorFlow writes these bytes for Event(file_version=…).
    const bytes = Buffer.from(bytesOf('tensorboard/11/events.out.tfevents.0000000000.alchemie'));
    expect(bytes.subarray(0, 12).toString('hex')).toBe('1800000000000000a37f4b22');
    expect(bytes.readUInt8(12)).toBe(0x09);
    expect(bytes.readDoubleLE(13)).toBe(0);
    expect(bytes.subarray(21, 36).toString('latin1')).toBe('\x1a\x0dbrain.Event:2');
  });
});
