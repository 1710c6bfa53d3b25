// The story of `npm start`, in a copy of what it needs.

import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, put, read, removeTemporaries, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

describe('npm start', { timeout: 120_000 }, () => {
  const copy = (): string => {
    const cwd = temporary();
    cpSync(join(root, 'examples'), join(cwd, 'examples'), { recursive: true });
    symlinkSync(join(root, 'dist'), join(cwd, 'dist'));
    return cwd;
  };
  const tell = (cwd: string) => alc([], { cwd, command: [process.execPath, 'examples/story.mjs'] });

  it('is what package.json says', () => {
    expect(JSON.parse(read(root, 'package.json')).scripts.start).toBe('npm run build && node examples/story.mjs');
  });

  it('creates, cuts, continues, runs the rest, and names the best', async () => {
    const { code, stdout, stderr } = await tell(copy());
    expect(code, stdout + stderr).toBe(0);
    const parts = [
      'created 9 configurations in runs/xor: 1 to 9\n',
      'created 1 configuration in runs/xor: 10\n',
      'runs/xor/10: interrupted by SIGINT: ',
      'Exit code 9: unfinished.',
      'runs/xor/10: finished: ',
      'runs/xor/9: finished: ',
      '>>> found the best experiment in\nruns/xor/',
    ];
    for (const part of parts) expect(stdout).toContain(part);
    expect(stderr).toMatch(/^runs\/xor\/10: continuing at step [1-9]/m);
    expect(parts.map((part) => stdout.indexOf(part))).toEqual(
      parts.map((part) => stdout.indexOf(part)).sort((a, b) => a - b),
    );
  });

  it('ends where something fails', async () => {
    const cwd = copy();
    const source = read(cwd, 'examples/mlp-xor.ts');
    put(cwd, {
      'examples/mlp-xor.ts': source.replace('loadData(', "loadData() { throw new Error('no luck'); }, old("),
    });
    const { code, stdout, stderr } = await tell(cwd);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('runs/xor/10: loadData: no luck (examples/mlp-xor.ts:'),
    ]);
    expect(stdout).not.toContain('Exit code 9');
  });
});
