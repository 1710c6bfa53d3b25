import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loopScript, quoted } from './loopScript.ts';

const root = mkdtempSync(join(tmpdir(), "alc loop's "));
afterAll(() => rmSync(root, { recursive: true }));

/** A command that notes what it is called with, and does as `body` says; `$n` is how many times it was called before. */
function script(body: string): string {
  rmSync(join(root, 'calls'), { force: true });
  writeFileSync(join(root, 'calls'), '');
  writeFileSync(
    join(root, 'run.sh'),
    `n=$(wc -l < ${quoted(join(root, 'calls'))})\necho "$1" >> ${quoted(join(root, 'calls'))}\n${body}\n`,
  );
  return loopScript(['sh', join(root, 'run.sh')], join(root, 'a b'));
}
const calls = (): string[] => readFileSync(join(root, 'calls'), 'utf8').trimEnd().split('\n');

describe('the loop', () => {
  it('runs again on 9, and ends with any other code', () => {
    const { status } = spawnSync('sh', ['-s'], {
      input: script('[ $n -lt 2 ] && exit 9; exit 3'),
      env: { PATH: process.env.PATH },
    });
    expect([status, calls()]).toEqual([3, Array(3).fill(join(root, 'a b'))]);
  });

  it.each([
    'SLURM_ARRAY_TASK_ID',
    'PBS_ARRAY_INDEX',
    'LSB_JOBINDEX',
    'SGE_TASK_ID',
  ])('takes the number from %s', (name) => {
    spawnSync('sh', ['-s'], { input: script('exit 0'), env: { PATH: process.env.PATH, [name]: '7' } });
    expect(calls()).toEqual([join(root, 'a b/7')]);
  });

  it('takes the number from its argument, and none of what says that there is none', () => {
    spawnSync('sh', ['-s', '4'], {
      input: script('exit 0'),
      env: { PATH: process.env.PATH, SGE_TASK_ID: 'undefined' },
    });
    expect(calls()).toEqual([join(root, 'a b/4')]);
    spawnSync('sh', ['-s'], { input: script('exit 0'), env: { PATH: process.env.PATH, SGE_TASK_ID: 'undefined' } });
    expect(calls()).toEqual([join(root, 'a b')]);
  });

  it('told to stop before the run can hear it ends with 9, too, and runs nothing more', async () => {
    const text = script('echo ready; exec sleep 60');
    const child = spawn('sh', ['-c', text], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(9);
    expect(calls()).toHaveLength(1);
  });

  it('told to stop, lets the run save and ends with its 9', async () => {
    const text = script("trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done");
    const child = spawn('sh', ['-c', text], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, calls()]).toEqual([9, [join(root, 'a b')]]);
  });
});
