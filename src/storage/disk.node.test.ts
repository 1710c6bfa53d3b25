// Directories as they are made.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeTemporaries, temporary } from '../testing/alc.ts';
import { makeDirectory } from './disk.node.ts';

afterAll(removeTemporaries);

describe('makeDirectory', () => {
  it('makes those above, too, and is content where all are there', () => {
    const path = join(temporary(), 'a/b/c');
    for (let time = 0; time < 2; time++) makeDirectory(path);
    expect(existsSync(path)).toBe(true);
  });

  it('fails where a file is in the way', () => {
    const location = temporary();
    writeFileSync(join(location, 'file'), '');
    mkdirSync(join(location, 'directory'));
    expect(() => makeDirectory(join(location, 'file'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => makeDirectory(join(location, 'file/below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });

  it.runIf(existsSync('/proc/self'))('fails at once where nothing can be made', () => {
    expect(() => makeDirectory('/proc/nothing/of/that')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
