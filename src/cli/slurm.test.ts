// `alc submit` and the rest against a real Slurm.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alcOk, put, read, removeTemporaries, results, root, start, temporary } from '../testing/alc.ts';
import { isSlurmRequired, SlurmCluster } from '../testing/slurm.ts';
import { until } from '../testing/until.ts';

const module = join(root, 'src/testing/slow-experiment.ts');
const timeout = 150_000;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Where Slurm cannot be had it is a failure in continuous integration; on others' machines it is said and left out. */
const cluster = await SlurmCluster.start(4, 'MaxArraySize=21').catch((error: unknown) => {
  if (isSlurmRequired) throw error;
  console.warn(`src/cli/slurm.test.ts is left out: ${error}`);
  return undefined;
});

afterAll(async () => {
  await cluster?.stop();
  removeTemporaries();
}, 60_000);

describe.runIf(cluster)('on Slurm', { timeout, concurrent: true }, () => {
  const slurm = (name: string, ...args: readonly string[]): Promise<string> =>
    cluster?.command(name, ...args) ?? Promise.resolve('');
  const env = { ...cluster?.env };
  /** From the next start on, each pause, every 10 steps, takes so many milliseconds. */
  const slow = (location: string, milliseconds: number): void => put(location, { slow: `${milliseconds}` });

  async function located(amount: number, steps: number): Promise<string> {
    const location = temporary();
    await alcOk(['create', module, location, `--amount=${amount}`, '--set', `steps=${steps}`]);
    return location;
  }

  async function submit(location: string, milliseconds: number, ...options: readonly string[]): Promise<string[]> {
    slow(location, milliseconds);
    const pace = { SLOW: join(location, 'slow') };
    const { jobs } = JSON.parse(await alcOk(['submit', location, '--json', ...options], { env: { ...env, ...pace } }));
    return jobs.map(({ job }: { job: string }) => job);
  }

  async function states(location: string): Promise<Record<string, number>> {
    const { configurations } = JSON.parse(await alcOk(['status', location, '--json'], { env }));
    const counts: Record<string, number> = {};
    for (const { state } of configurations) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  const has = (location: string, path: string): boolean => existsSync(join(location, path));
  const isOver = (location: string, i: number) => () => has(location, `${i}/_finished`);
  const attempts = (location: string, i: number): number =>
    read(location, `${i}/output.txt`).match(/^alc: job \S+, attempt/gm)?.length ?? 0;
  const hasBegun = (location: string, i: number) => () =>
    has(location, `${i}/output.txt`) && read(location, `${i}/output.txt`).includes('step 20');
  const info = async (job: string): Promise<Record<string, string>> => {
    const [line = ''] = (await slurm('scontrol', 'show', 'job', '-o', job)).split('\n');
    return Object.fromEntries(line.split(' ').map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  };
  const uncut = async (steps: number, i = 1) => {
    const location = await located(i, steps);
    await alcOk(['run', join(location, `${i}`)]);
    return results(join(location, `${i}`));
  };

  it('more configurations than an array may have are run, no more than two at a time, and none twice', async () => {
    const location = await located(23, 40);
    const jobs = await submit(location, 100, '--max=2', '--sbatch=--exclude=n3,n4');
    expect(jobs).toHaveLength(2);
    let most = 0;
    await until(
      'all 23',
      async () => {
        const running = (
          await slurm('squeue', '-h', '-r', '-t', 'R', '-j', jobs.join(','), '-o', '%i').catch(() => '')
        ).split('\n');
        most = Math.max(most, running.filter(Boolean).length);
        return Array.from({ length: 23 }, (_, i) => has(location, `${i + 1}/_finished`)).every(Boolean);
      },
      { seconds: 120 },
    );
    expect(most).toBe(2);
    expect(await states(location)).toEqual({ finished: 23 });
    for (let i = 1; i <= 23; i++) expect(attempts(location, i)).toBe(1);
    expect(await alcOk(['submit', location], { env })).toBe('');
  });

  it('the time limit saves, requeues and ends with the bytes of an uncut run', async () => {
    const steps = 20_000;
    const location = await located(1, steps);
    const [job = ''] = await submit(location, 40, '--sbatch', '--time=1', '--sbatch=--exclude=n3,n4');
    await until('its start', hasBegun(location, 1));
    // It is not to start again before it has been looked at.
    await slurm('scontrol', 'hold', `${job}_1`);
    await until('the requeue', () => has(location, '1/_requeued'), { seconds: 80 });
    expect(readdirSync(join(location, '1')).filter((name) => name.startsWith('checkpoint-'))).not.toEqual([]);
    slow(location, 0);
    expect(await states(location)).toEqual({ queued: 1 });
    await slurm('scontrol', 'release', `${job}_1`);
    await until('the end', isOver(location, 1));
    expect((await info(`${job}_1`)).Restarts).toBe('1');
    expect(results(join(location, '1'))).toEqual(await uncut(steps));
  });

  it('a job that is preempted comes back', async () => {
    const location = await located(1, 5000);
    const [job = ''] = await submit(location, 100, '--sbatch=--partition=low --nodelist=n3 --exclusive');
    await until('its start', hasBegun(location, 1));
    slow(location, 0);
    await slurm('sbatch', '--partition=high', '--nodelist=n3', '--exclusive', '--output=/dev/null', '--wrap=sleep 1');
    await until('its return', () => attempts(location, 1) === 2);
    await until('its end', isOver(location, 1));
    expect((await info(`${job}_1`)).Restarts).toBe('1');
    expect(read(location, '1/output.txt')).toContain('continuing at step');
    expect(results(join(location, '1'))).toEqual(await uncut(5000));
  });

  it('a node that dies takes nothing with it', async () => {
    const location = await located(1, 10_000);
    const [job = ''] = await submit(location, 60, '--checkpoint-every=200ms', '--sbatch=--exclude=n1,n2,n3');
    await until('a checkpoint', () => has(location, '1/checkpoint-1.safetensors'));
    cluster?.crashNode('n4');
    slow(location, 0);
    await until(
      'the loss to be noticed',
      async () => (await slurm('squeue', '-h', '-t', 'PD', '-j', job, '-o', '%i %j')).includes('_1 alc-'),
      { seconds: 60 },
    );
    cluster?.startNode('n4');
    await until('the end', isOver(location, 1));
    expect(read(location, '1/output.txt')).toContain('continuing at step');
    expect(results(join(location, '1'))).toEqual(await uncut(10_000));
  });

  it('what is cancelled stays so, has saved, and is sent again, it alone', async () => {
    const location = await located(3, 2000);
    put(location, { '2/report-last.json': '{}' });
    const [job = ''] = await submit(location, 100, '--sbatch=--exclude=n3,n4');
    for (const i of [1, 3]) await until('the start', hasBegun(location, i));
    expect(await states(location)).toEqual({ finished: 1, running: 2 });
    slow(location, 0);
    await alcOk(['cancel', join(location, '3')], { env });
    await until('the cancellation', async () => (await info(`${job}_2`)).JobState === 'CANCELLED');
    await sleep(7000);
    expect((await info(`${job}_2`)).JobState).toBe('CANCELLED');
    expect([has(location, '3/_cancelled'), has(location, '3/checkpoint-1.safetensors')]).toEqual([true, true]);
    const { configurations } = JSON.parse(await alcOk(['status', location, '--json'], { env }));
    expect(configurations.map(({ state }: { state: string }) => state)).toEqual(['running', 'finished', 'cancelled']);
    const dry = await alcOk(['submit', location, '--dry-run'], { env });
    expect(dry).toMatch(/^# 1 configuration in 1 task: 3$/m);
    await submit(location, 0);
    for (const i of [1, 3]) await until('the end', isOver(location, i));
    expect(attempts(location, 1)).toBe(1);
    expect(results(join(location, '3'))).toEqual(await uncut(2000, 3));
  });

  it('the last task of an array is requeued alone, and its output can be followed to the end', async () => {
    const location = await located(3, 500);
    const [job = ''] = await submit(location, 100, '--sbatch=--exclude=n3,n4');
    for (const i of [1, 2, 3]) await until('the start', hasBegun(location, i));
    const following = start(['logs', '-f', join(location, '3')]);
    await slurm('scancel', '--signal=INT', `${job}_3`);
    // Not before: the quick might end before the signal comes.
    await until('the interruption', () => read(location, '3/output.txt').includes('interrupted by SIGINT'));
    slow(location, 0);
    for (const i of [1, 2, 3]) await until('the end', isOver(location, i));
    expect([1, 2, 3].map((i) => attempts(location, i))).toEqual([1, 1, 2]);
    const { code, stdout } = await following.ended;
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/step 10\n(.*\n)*.*interrupted by SIGINT(.*\n)*.*step 500\n/),
    ]);
  });

  it('short ones are packed', async () => {
    const location = await located(5, 20);
    put(location, { '4/cfg.mjs': 'throw new Error("broken");\nexport const seed = 1;\n' });
    await submit(location, 0, '--pack=3', '--sbatch=--exclude=n3,n4');
    for (const i of [1, 2, 3, 5]) await until('the end', isOver(location, i));
    await until('the failure', () => has(location, '4/_failed'));
    expect(await states(location)).toEqual({ finished: 4, failed: 1 });
    expect(await alcOk(['submit', location, '--dry-run', '--retry-failed'], { env })).toMatch(/1 task: 4$/m);
  });

  it('the original tool sends configurations, too', async () => {
    const location = await located(1, 2000);
    const directory = join(location, '1');
    const preamble = `/*\n# SUBMIT: runner = ${process.execPath} ${join(root, 'dist/cli/main.js')} run\n# SBATCH --exclude=n3,n4\n*/\n`;
    put(directory, { 'cfg.mjs': preamble + read(directory, 'cfg.mjs') });
    // Its regular expressions; it passes each line of the second kind as one word.
    const lines = read(directory, 'cfg.mjs').split('\n');
    const runner =
      lines.flatMap((line) => /^#\s*SUBMIT:\s*([a-zA-Z-]+)\s*=\s*(.*)$/.exec(line.trim())?.[2] ?? [])[0] ?? '';
    const options = lines.flatMap((line) => /^#\s*SBATCH (.*)$/.exec(line)?.[1] ?? []);
    // Its job script, in essence: the directory is the last argument, and on exit code 9 the job goes back to the queue.
    put(location, {
      'job.sh': `#!/bin/sh\nrunner=$1 dir=$2\necho $SLURM_JOB_ID > "$dir/_running"\nsrun $runner "$dir"\ncode=$?\nrm "$dir/_running"\ncase $code in\n0) touch "$dir/_finished" ;;\n9) touch "$dir/_requeued"; scontrol requeue $SLURM_JOB_ID ;;\n*) touch "$dir/_failed" ;;\nesac\nexit $code\n`,
    });
    slow(location, 100);
    const words = [`--output=${directory}/output.txt`, '--open-mode=append', '--signal=INT@600', ...options];
    const job = await alcOk([...words, '--parsable', join(location, 'job.sh'), runner, directory], {
      command: ['sbatch'],
      env: { ...env, SLOW: join(location, 'slow') },
    });
    await until('the start', hasBegun(location, 1));
    slow(location, 0);
    await slurm('scancel', '--signal=INT', job.trim());
    await until('the requeue', () => has(location, '1/_requeued'));
    await until('the end', isOver(location, 1));
    expect(readFileSync(join(directory, 'output.txt'), 'utf8')).toContain('continuing at step');
  });
});
