// The commit protocol under disks that fail: whatever happens, the old file or the whole new one is there.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../errors.ts';
import { commit } from './commit.node.ts';
import { codeOf, readBytes } from './disk.node.ts';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const spied = ['openSync', 'writeSync', 'fsyncSync', 'fstatSync', 'closeSync', 'renameSync'] as const;
  return { ...real, ...Object.fromEntries(spied.map((name) => [name, vi.fn(real[name])])) };
});

let directory: string;
let path: string;
const old = new Uint8Array([1, 2, 3]);
const chunks = [new Uint8Array([4]), new Uint8Array(), new Uint8Array(1000).fill(5)];
const whole = new Uint8Array(Buffer.concat(chunks));

function fail(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'alc-commit-'));
  path = join(directory, 'file');
  fs.writeFileSync(path, old);
  vi.clearAllMocks();
});

afterEach(() => {
  vi.resetAllMocks();
  fs.rmSync(directory, { recursive: true });
});

describe('commit', () => {
  it('replaces the file and leaves nothing else', () => {
    commit(path, chunks);
    expect(readBytes(path)).toEqual(whole);
    expect(fs.readdirSync(directory)).toEqual(['file']);
  });

  it('synchronises, closes, renames and synchronises the directory, in this order', () => {
    commit(path, chunks);
    const order = (call: (...args: never) => unknown) => vi.mocked(call).mock.invocationCallOrder;
    const [fileSync = 0, directorySync = 0] = order(fs.fsyncSync);
    const [close = 0] = order(fs.closeSync);
    const [rename = 0] = order(fs.renameSync);
    expect([rename, directorySync, fileSync, close].sort((a, b) => a - b)).toEqual([
      fileSync,
      close,
      rename,
      directorySync,
    ]);
  });

  it('goes on after short writes', () => {
    const write = fs.writeSync;
    const { getMockImplementation } = vi.mocked(write);
    const real = getMockImplementation.call(write);
    vi.mocked(write).mockImplementation((...args: unknown[]) => {
      const [file, bytes, start, length, position] = args;
      return Reflect.apply(real ?? fail('EIO'), undefined, [file, bytes, start, Math.min(Number(length), 7), position]);
    });
    commit(path, chunks);
    expect(readBytes(path)).toEqual(whole);
    expect(vi.mocked(write).mock.calls.length).toBe(1 + Math.ceil(1000 / 7));
  });

  const failures: [string, () => void, RegExp][] = [
    ['opening', () => vi.mocked(fs.openSync).mockImplementationOnce(fail('EACCES')), /EACCES.*permissions$/],
    ['writing', () => vi.mocked(fs.writeSync).mockImplementationOnce(fail('ENOSPC')), /ENOSPC.*free some space/],
    [
      'writing nothing',
      () => vi.mocked(fs.writeSync).mockImplementationOnce(() => 0),
      /EIO, the disk took 0 of 1 bytes/,
    ],
    ['fsync', () => vi.mocked(fs.fsyncSync).mockImplementationOnce(fail('EIO')), /EIO.*check the disk/],
    ['closing', () => vi.mocked(fs.closeSync).mockImplementationOnce(fail('EDQUOT')), /EDQUOT.*free some space/],
    ['renaming', () => vi.mocked(fs.renameSync).mockImplementationOnce(fail('EIO')), /EIO/],
  ];
  it.each(failures)('keeps the old file when %s fails, and says so in one sentence', (_, arrange, message) => {
    arrange();
    let caught: unknown;
    try {
      commit(path, chunks);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UserError);
    expect(String(caught)).toMatch(message);
    expect(String(caught)).toContain(`${path}: cannot be written`);
    expect(caught instanceof Error && codeOf(caught.cause)).toBeTruthy();
    expect(readBytes(path)).toEqual(old);
    expect(fs.readdirSync(directory)).toEqual(['file']);
    commit(path, chunks);
    expect(readBytes(path)).toEqual(whole);
  });

  it('never synchronises the same file twice', () => {
    vi.mocked(fs.fsyncSync).mockImplementationOnce(fail('EIO'));
    expect(() => commit(path, chunks)).toThrow(UserError);
    expect(vi.mocked(fs.fsyncSync).mock.calls.length).toBe(1);
  });

  it('notices a file that is shorter than what was written', () => {
    const { size: _, ...status } = fs.statSync(path);
    vi.mocked(fs.fstatSync).mockImplementationOnce(() => Object.assign(fs.statSync(path), status, { size: 1000 }));
    expect(() => commit(path, chunks)).toThrow(/the file has 1000 of 1001 bytes/);
    expect(readBytes(path)).toEqual(old);
  });

  it('has the whole new file, but says so, when only the directory cannot be synchronised', () => {
    const sync = vi.mocked(fs.fsyncSync);
    sync.mockImplementationOnce(() => undefined).mockImplementationOnce(fail('EIO'));
    expect(() => commit(path, chunks)).toThrow(/cannot be made durable, got EIO/);
    expect(readBytes(path)).toEqual(whole);
    for (const code of ['EINVAL', 'EPERM']) {
      sync.mockImplementationOnce(() => undefined).mockImplementationOnce(fail(code));
      commit(path, chunks);
    }
  });

  it('removes the unfinished file when the chunks themselves fail', () => {
    function* failing(): Generator<Uint8Array> {
      yield old;
      throw new RangeError('no chunk');
    }
    expect(() => commit(path, failing())).toThrow(RangeError);
    expect(fs.readdirSync(directory)).toEqual(['file']);
  });

  it('replaces a symbolic link rather than following it', () => {
    const link = join(directory, 'link');
    fs.symlinkSync(path, link);
    commit(link, chunks);
    expect(readBytes(path)).toEqual(old);
    expect(readBytes(link)).toEqual(whole);
  });
});

describe('readBytes', () => {
  it('gives undefined for no file and a sentence for no file to be read', () => {
    expect(readBytes(join(directory, 'none'))).toBeUndefined();
    expect(() => readBytes(directory)).toThrow(/is not a file/);
    expect(() => readBytes(join(path, 'below'))).toThrow(/cannot be read, got ENOTDIR, not a directory; check that/);
  });
});
