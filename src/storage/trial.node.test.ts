// A trial on disk: numbering, falling back, the log's valid length, refusals.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { encodeCheckpoint } from './checkpoint.ts';
import { sha256 } from './sha256.node.ts';
import { TrialDirectory } from './trial.node.ts';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    writeSync: vi.fn(real.writeSync),
    fsyncSync: vi.fn(real.fsyncSync),
    readSync: vi.fn(real.readSync),
  };
});

let directory: string;
let trial: TrialDirectory;
const metadata = { alchemie: '0.1.0', wasm: 'w', program: 'p', module: 'm', data: 'd', pars: '{}', lineage: [] };

function snapshotAt(step: number) {
  return new Map([['step', tensor(new Int32Array([step]))]]);
}

function write(step: number): number {
  return trial.writeCheckpoint(snapshotAt(step), { ...metadata, step });
}

function damage(name: string): void {
  const bytes = fs.readFileSync(join(directory, name));
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
  fs.writeFileSync(join(directory, name), bytes);
}

function fail(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

const names = () => fs.readdirSync(directory).sort();
const logText = () => fs.readFileSync(join(directory, 'log.jsonl'), 'utf8');
const hex = (text: string) => Buffer.from(sha256([Buffer.from(text)])).toString('hex');
const partOf = (text: string) => ({ logBytes: text.length, logSha256: hex(text) });
const line = (step: number) => `{"step":${step},"bestLoss":0.5}\n`;
const append = (step: number) => trial.appendLog({ step, bestLoss: 0.5 });

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'alc-trial-'));
  trial = new TrialDirectory(directory);
});

afterEach(() => {
  trial.close();
  vi.resetAllMocks();
  fs.rmSync(directory, { recursive: true, force: true });
});

describe('checkpoints', () => {
  beforeEach(() => {
    trial.readLog();
  });

  it('count up and keep the two newest', () => {
    expect(trial.newestCheckpoint()).toEqual({ checkpoint: undefined, passedOver: [] });
    expect([10, 20, 30].map(write)).toEqual([1, 2, 3]);
    expect(names()).toEqual(['checkpoint-2.safetensors', 'checkpoint-3.safetensors']);
    expect(new TrialDirectory(directory).newestCheckpoint()).toEqual({
      checkpoint: { number: 3, snapshot: snapshotAt(30), metadata: { ...metadata, step: 30, ...partOf('') } },
      passedOver: [],
    });
  });

  it('are ordered by number, not by text', () => {
    for (let step = 1; step <= 10; step++) write(step);
    expect(names()).toEqual(['checkpoint-10.safetensors', 'checkpoint-9.safetensors']);
    expect(trial.newestCheckpoint().checkpoint?.metadata.step).toBe(10);
    expect(write(11)).toBe(11);
  });

  it('are the same bytes for the same state', () => {
    write(1);
    write(1);
    const read = (n: number) => fs.readFileSync(join(directory, `checkpoint-${n}.safetensors`));
    expect(read(1)).toEqual(read(2));
    const chunks = encodeCheckpoint(snapshotAt(1), { ...metadata, step: 1, ...partOf('') }, sha256);
    expect(read(1)).toEqual(Buffer.concat(chunks));
  });

  it('fall back to the one before when the newest is damaged, which is kept and named', () => {
    write(1);
    write(2);
    damage('checkpoint-2.safetensors');
    const { checkpoint, passedOver } = trial.newestCheckpoint();
    expect(checkpoint?.number).toBe(1);
    expect(passedOver).toEqual([
      {
        keptAs: 'checkpoint-2.safetensors.bad',
        reason: expect.stringContaining('checkpoint-2.safetensors: is damaged'),
      },
    ]);
    expect(names()).toContain('checkpoint-2.safetensors.bad');
    expect(write(2)).toBe(3);
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 3 }, passedOver: [] });
  });

  it('fall back when the disk cannot read the newest, which is left where it is', () => {
    write(1);
    write(2);
    vi.mocked(fs.readSync).mockImplementationOnce(fail('EIO'));
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 1 }, passedOver: [{}] });
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 2 }, passedOver: [] });
  });

  it.each([
    ['a directory', (path: string) => fs.mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('are left alone when the log is %s, which is told', (_, make) => {
    write(1);
    write(2);
    make(join(directory, 'log.jsonl'));
    expect(() => trial.newestCheckpoint()).toThrow('log.jsonl: is not a file; move it away');
    expect(names()).toEqual(['checkpoint-1.safetensors', 'checkpoint-2.safetensors', 'log.jsonl']);
  });

  it('are not given up when the disk can read none of them now', () => {
    write(1);
    write(2);
    vi.mocked(fs.readSync).mockImplementationOnce(fail('EIO')).mockImplementationOnce(fail('EIO'));
    expect(() => trial.newestCheckpoint()).toThrow(expect.objectContaining({ exitCode: 74 }));
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 2 }, passedOver: [] });
  });

  it('do not blame the file for what is not its fault', () => {
    write(1);
    vi.mocked(fs.readSync).mockImplementationOnce(fail('EACCES'));
    expect(() => trial.newestCheckpoint()).toThrow(/cannot be read, got EACCES/);
    expect(names()).toEqual(['checkpoint-1.safetensors']);
  });

  it('refuse to start over in silence when none is whole, every time', () => {
    write(1);
    write(2);
    damage('checkpoint-1.safetensors');
    damage('checkpoint-2.safetensors');
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => trial.newestCheckpoint()).toThrow(
        /none is whole, got checkpoint-1\.safetensors\.bad, checkpoint-2\.safetensors\.bad; restore it/,
      );
    }
  });

  it('refuse to start over in silence when none is left though a report or run.json tells of one', () => {
    write(1);
    trial.writeReport(1, { loss: 1 });
    fs.rmSync(join(directory, 'checkpoint-1.safetensors'));
    expect(() => trial.newestCheckpoint()).toThrow(
      /none is whole, got report-1\.json; restore .* all but cfg\.mjs there/,
    );
    fs.rmSync(join(directory, 'report-1.json'));
    expect(trial.newestCheckpoint(false).checkpoint).toBeUndefined();
    expect(() => trial.newestCheckpoint(true)).toThrow(/no checkpoint is left, though run\.json tells of one; restore/);
    write(1);
    expect(trial.newestCheckpoint(true).checkpoint?.number).toBe(1);
  });

  const impostors: Record<string, (path: string) => void> = {
    'a directory': (path) => fs.mkdirSync(path),
    'a link to a directory': (path) => fs.symlinkSync('.', path),
    'a link to nothing': (path) => fs.symlinkSync('nothing', path),
    'a link to itself': (path) => fs.symlinkSync('checkpoint-2.safetensors', path),
    'a pipe': (path) => execFileSync('mkfifo', [path]),
    'a file of impossible size': (path) => {
      fs.writeFileSync(path, '');
      fs.truncateSync(path, 2 ** 33);
    },
  };

  it.each(Object.entries(impostors))('fall back when the newest is %s, which is kept and named', (_, make) => {
    write(1);
    make(join(directory, 'checkpoint-2.safetensors'));
    const { checkpoint, passedOver } = trial.newestCheckpoint();
    expect(checkpoint?.number).toBe(1);
    expect(passedOver).toEqual([{ keptAs: 'checkpoint-2.safetensors.bad', reason: expect.any(String) }]);
    expect(names()).toEqual(['checkpoint-1.safetensors', 'checkpoint-2.safetensors.bad']);
    expect(write(2)).toBe(3);
  });

  it('lose nothing when the disk is full, and can be written later', () => {
    write(1);
    write(2);
    const before = names();
    vi.mocked(fs.writeSync).mockImplementationOnce(fail('ENOSPC'));
    expect(() => write(3)).toThrow(/cannot be written, got ENOSPC/);
    expect(names()).toEqual(before);
    expect(write(3)).toBe(3);
    expect(names()).toEqual(['checkpoint-2.safetensors', 'checkpoint-3.safetensors']);
  });

  it('leave other names alone', () => {
    for (const name of [
      'checkpoint-0.safetensors',
      'checkpoint-01.safetensors',
      'checkpoint-x.safetensors',
      '.tmp-1',
    ]) {
      fs.writeFileSync(join(directory, name), 'x');
    }
    expect(trial.newestCheckpoint().checkpoint).toBeUndefined();
    expect(write(1)).toBe(1);
    trial.sweep();
    expect(names()).toHaveLength(4);
    expect(names()).not.toContain('.tmp-1');
  });
});

describe('log', () => {
  it('is appended at once and cut to its valid length', () => {
    expect(trial.readLog()).toEqual([]);
    append(1);
    append(2);
    expect(logText()).toBe(line(1) + line(2));
    const valid = partOf(line(1) + line(2));
    write(2);
    append(3);

    const next = new TrialDirectory(directory);
    expect(next.newestCheckpoint().checkpoint?.metadata).toEqual({ ...metadata, step: 2, ...valid });
    expect(next.readLog(valid).map(({ step }) => step)).toEqual([1, 2]);
    expect(logText()).toBe(line(1) + line(2));
    next.appendLog({ step: 9, bestLoss: Number.NaN });
    expect(logText()).toBe(`${line(1)}${line(2)}{"step":9,"bestLoss":"NaN"}\n`);
    next.close();
  });

  it('may be read again, and is cut to nothing without a checkpoint', () => {
    fs.writeFileSync(join(directory, 'log.jsonl'), `${line(1)}{"st`);
    expect(trial.readLog()).toEqual([]);
    expect(logText()).toBe('');
    append(5);
    expect(logText()).toBe(line(5));
  });

  it('refuses when it is not what the checkpoint counts on, and leaves the file alone', () => {
    const part = partOf(line(1) + line(2));
    expect(() => trial.readLog(part)).toThrow(/log\.jsonl: is damaged, it should have 52 bytes or more, got 0/);
    const bytes = Buffer.from(line(1) + line(2) + line(3));
    for (let i = 0; i < part.logBytes; i++) {
      const altered = Buffer.from(bytes);
      altered[i] = (altered[i] ?? 0) ^ 1;
      fs.writeFileSync(join(directory, 'log.jsonl'), altered);
      expect(() => trial.readLog(part)).toThrow(/log\.jsonl: is damaged, its first 52 bytes are not those that were/);
      expect(fs.readFileSync(join(directory, 'log.jsonl'))).toEqual(altered);
    }
  });

  it('that is damaged is written anew from a checkpoint that counts on what is whole of it', () => {
    trial.readLog();
    append(1);
    write(1);
    append(2);
    write(2);
    fs.writeFileSync(join(directory, 'log.jsonl'), `${line(1)}${line(2).replace('0.5', '0.4')}`);
    const { checkpoint, passedOver } = trial.newestCheckpoint();
    expect(passedOver).toEqual([{ reason: expect.stringMatching(/^checkpoint-2 cannot be .*log\.jsonl: is damaged/) }]);
    expect(checkpoint?.number).toBe(1);
    trial.readLog(checkpoint?.metadata);
    append(2);
    expect(write(2)).toBe(3);
    // The one that was passed over does not count among the two that are kept.
    const checkpoints = [1, 2, 3].map((number) => `checkpoint-${number}.safetensors`);
    expect(names()).toEqual([...checkpoints, 'log.jsonl']);
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 3 }, passedOver: [] });
    append(3);
    expect(write(3)).toBe(4);
    expect(names()).toEqual(['checkpoint-3.safetensors', 'checkpoint-4.safetensors', 'log.jsonl']);
  });

  it('that is damaged from its beginning refuses to go on, every time', () => {
    trial.readLog();
    append(1);
    write(1);
    write(2);
    fs.rmSync(join(directory, 'log.jsonl'));
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => trial.newestCheckpoint()).toThrow(
        /checkpoint-2 cannot be continued: .*log\.jsonl: is damaged, .*; restore it from a backup, or remove all but cfg/,
      );
    }
    fs.writeFileSync(join(directory, 'log.jsonl'), line(1));
    expect(trial.newestCheckpoint()).toMatchObject({ checkpoint: { number: 2 }, passedOver: [] });
  });

  it('is not appended before it was read', () => {
    expect(() => append(1)).toThrow(/call readLog first/);
    expect(names()).toEqual([]);
  });

  it('remembers a line the disk refused', () => {
    trial.readLog();
    append(1);
    trial.syncLog();
    vi.mocked(fs.writeSync).mockImplementationOnce(fail('ENOSPC')).mockImplementationOnce(fail('ENOSPC'));
    expect(() => append(2)).toThrow(/cannot be written, got ENOSPC/);
    append(3);
    expect(() => trial.syncLog()).toThrow(/cannot be written, got ENOSPC/);
    append(4);
    append(5);
    trial.syncLog();
    expect(logText()).toBe([1, 2, 3, 4, 5].map(line).join(''));
    write(5);
    expect(trial.newestCheckpoint().checkpoint?.metadata).toMatchObject(partOf(logText()));
    fs.rmSync(join(directory, 'checkpoint-1.safetensors'));
    expect(names()).toEqual(['log.jsonl']);
  });

  it('is written anew, not synchronised again, after a failed fsync', () => {
    trial.readLog();
    append(1);
    const before = fs.statSync(join(directory, 'log.jsonl')).ino;
    vi.mocked(fs.fsyncSync).mockImplementationOnce(fail('EIO'));
    expect(() => write(1)).toThrow(/log\.jsonl: cannot be written, got EIO/);
    expect(names()).toEqual(['log.jsonl']);
    expect(write(1)).toBe(1);
    expect(fs.statSync(join(directory, 'log.jsonl')).ino).not.toBe(before);
    append(2);
    expect(logText()).toBe(line(1) + line(2));
  });

  it('gives the same bytes when two write what must be the same', () => {
    const other = new TrialDirectory(directory);
    trial.readLog();
    other.readLog();
    for (let step = 1; step <= 5; step++) {
      append(step);
      if (step > 1) other.appendLog({ step: step - 1, bestLoss: 0.5 });
    }
    other.close();
    expect(logText()).toBe([1, 2, 3, 4, 5].map(line).join(''));
  });

  it('is synchronised only if something is new', () => {
    trial.readLog();
    trial.syncLog();
    append(1);
    trial.syncLog();
    const { length } = vi.mocked(fs.fsyncSync).mock.calls;
    trial.syncLog();
    expect(vi.mocked(fs.fsyncSync).mock.calls.length).toBe(length);
  });
});

describe('reports and run.json', () => {
  it('are written as a whole and read again', () => {
    expect(trial.readReport('last')).toBeUndefined();
    expect(trial.readRun()).toEqual({ run: undefined, passedOver: [] });
    trial.writeReport(10, { loss: 1 });
    trial.writeReport(2, { loss: Number.NaN });
    trial.writeReport('last', { loss: -0 });
    trial.writeRun({ host: 'here' });
    expect(trial.reportNumbers()).toEqual([2, 10]);
    expect(trial.readReport(2)).toEqual({ loss: 'NaN' });
    expect(trial.readReport('last')).toEqual({ loss: -0 });
    expect(trial.readRun()).toEqual({ run: { host: 'here' }, passedOver: [] });
    expect(fs.readFileSync(join(directory, 'report-10.json'), 'utf8')).toBe('{\n  "loss": 1\n}\n');
  });

  it.each(['', '{"seconds":', '{"__proto__": 1}', '\0\0'])('set a run.json aside that is damaged: %j', (text) => {
    fs.writeFileSync(join(directory, 'run.json'), text);
    expect(trial.readRun()).toEqual({
      run: undefined,
      passedOver: [{ keptAs: 'run.json.bad', reason: expect.stringContaining('run.json: ') }],
    });
    expect(names()).toEqual(['run.json.bad']);
    expect(trial.readRun()).toEqual({ run: undefined, passedOver: [] });
  });

  it('refuse what is no report', () => {
    expect(() => trial.writeReport('last', { f: () => 1 })).toThrow(/^report\.f: cannot be written as JSON/);
    expect(() => trial.writeReport(0, {})).toThrow(/1 or more, got 0/);
    expect(names()).toEqual([]);
    fs.writeFileSync(join(directory, 'report-last.json'), '{"a":');
    expect(() => trial.readReport('last')).toThrow(/report-last\.json: is not valid JSON/);
  });
});

it('names a directory that is not there', () => {
  const missing = new TrialDirectory(join(directory, 'none'));
  for (const use of [() => missing.sweep(), () => missing.newestCheckpoint(), () => missing.writeReport('last', 1)]) {
    expect(use).toThrow(/none.* got ENOENT, no such file or directory; check that its directory exists/);
    expect(use).toThrow(UserError);
  }
});
