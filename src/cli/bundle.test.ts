// The bundle: one file in an empty folder, where there is nothing but Node.js.

import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, read, removeTemporaries, results, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

describe('the bundle', { timeout: 120_000 }, () => {
  const xor = read(root, 'examples/mlp-xor.ts');
  const cwd = temporary({ 'xor.ts': xor, 'wrong.ts': xor.replace("'binaryCrossEntropy'", "'nothing'") });
  execFileSync(process.execPath, [join(root, '.ci/bundle.mjs'), join(cwd, 'alc.mjs')]);
  const command = [process.execPath, 'alc.mjs'] as const;

  it('creates, runs alone and in a pool, and evaluates, to the same bytes as the package', async () => {
    expect(readdirSync(cwd).sort()).toEqual(['alc.mjs', 'wrong.ts', 'xor.ts']);
    expect(statSync(join(cwd, 'alc.mjs')).mode & 0o111).not.toBe(0);
    await alcOk(['create', 'xor.ts', 'runs', '--amount=3'], { cwd, command });
    await alcOk(['run', 'runs/2'], { cwd, command });
    await alcOk(['run', 'runs', '--jobs=2'], { cwd, command });
    expect(await alcOk(['evaluate', 'runs'], { cwd, command })).toContain('>>> found the best experiment in\nruns/');
    expect(await alcOk(['export', 'runs', '--to=parquet'], { cwd, command })).toContain('3 rows');
    await alcOk(['report', 'runs'], { cwd, command });
    expect(read(cwd, 'runs/report.html')).toContain('<script type="application/json" id="contents">');
    await alcOk(['create', 'xor.ts', 'others', '--amount=3'], { cwd });
    await alcOk(['run', 'others'], { cwd });
    for (const i of ['1', '2', '3']) expect(results(join(cwd, 'runs', i))).toEqual(results(join(cwd, 'others', i)));
  });

  it('knows its version, and whose mistake is where', async () => {
    const { version } = JSON.parse(read(root, 'package.json'));
    expect(await alcOk(['--version'], { cwd, command })).toContain(`alc/${version}`);
    await alcOk(['create', 'xor.ts', 'more'], { cwd, command });
    const { code, stderr } = await alc(['run', 'wrong.ts', 'more/1'], { cwd, command });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^more\/1: newTrainer: .*'nothing'.* \(wrong\.ts:\d+:\d+\)\n$/),
    ]);
  });
});
