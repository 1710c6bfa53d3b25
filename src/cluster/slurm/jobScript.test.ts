// What the job script decides, for every way in which a step and its job can end. The real Slurm is in cli/slurm.test.ts;
// here its commands are stand-ins, for some of these states last for a moment only.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JOB_SCRIPT, MOST_STALLS } from './jobScript.ts';

const root = mkdtempSync(join(tmpdir(), 'alc-job-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What `scontrol show job` says after the step. */
const jobs = {
  running: 'JobState=RUNNING Reason=None Dependency=(null) Requeue=1 Restarts=0',
  timeLimit: 'JobState=COMPLETING Reason=TimeLimit Dependency=(null) Requeue=1 Restarts=0',
  cancelled: 'JobState=COMPLETING Reason=None Dependency=(null) Requeue=1 Restarts=0',
  preempted: 'JobState=COMPLETING Reason=None Dependency=(null) Requeue=1 Restarts=1',
  silent: '',
};

let count = 0;

/** Runs a task of two configurations, of which the first may be over when the step ends. */
function attempt(job: keyof typeof jobs, code: number, { isOver = false, takenOver = false, requeued = '' } = {}) {
  const location = join(root, `${++count}`);
  const bin = join(location, 'bin');
  for (const folder of ['bin', '3', '5']) mkdirSync(join(location, folder), { recursive: true });
  if (requeued) for (const i of ['3', '5']) writeFileSync(join(location, i, '_requeued'), requeued);
  const put = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}`);
    chmodSync(join(bin, name), 0o755);
  };
  put(
    'scontrol',
    `[ "$1" = requeue ] && echo "$2" > ${location}/requeued\n[ "$1" = show ] && echo "JobId=9 ${jobs[job]} x"\n`,
  );
  put('sleep', '');
  put(
    'srun',
    `${isOver ? `touch ${location}/3/report-last.json\n` : ''}${takenOver ? `echo "7_2 1 n1" > ${location}/3/_running\n` : ''}echo "$*" > ${location}/srun\nexit ${code}\n`,
  );
  writeFileSync(join(location, 'list'), '1\n3 5\n');
  writeFileSync(join(location, 'job.sh'), JOB_SCRIPT);
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    SLURM_ARRAY_JOB_ID: '7',
    SLURM_ARRAY_TASK_ID: '2',
    SLURM_JOB_ID: '7',
    SLURMD_NODENAME: 'n1',
  };
  const { status, stdout } = spawnSync(
    'bash',
    [join(location, 'job.sh'), location, join(location, 'list'), 'alc', 'run'],
    { env, encoding: 'utf8' },
  );
  const markers = ['3', '5'].map((i) =>
    ['_running', '_finished', '_failed', '_requeued', '_cancelled']
      .filter((name) => existsSync(join(location, i, name)))
      .join(' '),
  );
  const requeue = existsSync(join(location, 'requeued')) ? readFileSync(join(location, 'requeued'), 'utf8').trim() : '';
  return { location, status, stdout, markers, requeue };
}

describe('the job script', () => {
  it('runs the configurations of its line', () => {
    const { location } = attempt('running', 0);
    expect(readFileSync(join(location, 'srun'), 'utf8')).toBe(
      `--nodes=1 --ntasks=1 alc run --jobs=1 ${location}/3 ${location}/5\n`,
    );
  });

  it.each<[keyof typeof jobs, number, string, string, string]>([
    ['running', 0, '_finished', '_failed', ''],
    ['running', 1, '_finished', '_failed', ''],
    ['running', 9, '_finished', '_requeued', '7_2'],
    ['timeLimit', 9, '_finished', '_requeued', '7_2'],
    ['timeLimit', 137, '_finished', '_failed', ''],
    ['cancelled', 9, '_finished', '_cancelled', ''],
    ['cancelled', 0, '_finished', '_cancelled', ''],
    ['preempted', 9, '_finished', '_requeued', ''],
    ['preempted', 0, '_finished', '_requeued', ''],
    ['silent', 9, '', '', ''],
  ])('in state %s with code %i marks what is over %s, the rest %s, and requeues %s', (job, code, over, rest, requeue) => {
    const ended = attempt(job, code, { isOver: true });
    expect([ended.markers, ended.requeue, ended.status]).toEqual([[over, rest], requeue, code]);
    const none = attempt(job, code);
    expect([none.markers, none.requeue]).toEqual([[rest, rest], requeue]);
  });

  it('leaves alone what another attempt has taken over', () => {
    const { markers } = attempt('running', 9, { takenOver: true });
    expect(markers).toEqual(['_running', '_requeued']);
  });

  it(`gives up when it has not got further ${MOST_STALLS} times`, () => {
    const marker = (stalls: number): string => `7_2 4 exit=9 stalls=${stalls} 2026-01-01T00:00:00\n`;
    expect(attempt('running', 9, { requeued: marker(MOST_STALLS - 2) }).markers).toEqual(['_requeued', '_requeued']);
    const { markers, requeue, status, stdout } = attempt('running', 9, { requeued: marker(MOST_STALLS - 1) });
    expect([markers, requeue, status]).toEqual([['_failed', '_failed'], '', 1]);
    expect(stdout).toContain('without getting further');
    expect(attempt('running', 9, { requeued: marker(9), isOver: true }).markers).toEqual(['_finished', '_requeued']);
  });

  it('is bash', () => {
    execFileSync('bash', ['-n'], { input: JOB_SCRIPT });
  });
});
