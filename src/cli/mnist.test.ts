// The real digits, through the command line: at least 95 % of the test images are told, though the run is cut twice.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mnist } from '../data/mnist.node.ts';
import { alc, alcOk, read, removeTemporaries, results, root, start, temporary } from '../testing/alc.ts';
import { datasetDirectory } from '../testing/data.ts';
import { effortIn, metered } from '../testing/effort.ts';

afterAll(removeTemporaries);

const folder = datasetDirectory(mnist);

describe.skipIf(folder === undefined)('MNIST', () => {
  it('is learnt to 95 % in under a minute of the processor, cut twice on the way', { timeout: 300_000 }, async () => {
    const cwd = temporary();
    const module = join(root, 'examples/mnist.ts');
    const pars = {
      hidden: '[128]',
      activation: 'relu',
      dropout: '0',
      batchSize: '64',
      optimizer: '{"name":"adam","learningRate":1e-3}',
    };
    const set = Object.entries(pars).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    await alcOk(['create', module, 'runs', ...set], { cwd });

    const args = ['run', module, 'runs/1', '--data', folder ?? ''];
    let seconds = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { child, ended, says } = start(args, { cwd, env: metered });
      // The first line of progress after the names of the columns: an epoch is over.
      await says('epoch');
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).toBe(9);
      expect(stdout).toContain(`runs/1: interrupted by ${signal}: step `);
      seconds += effortIn(stderr)?.seconds ?? Number.NaN;
    }
    const { code, stderr } = await alc(args, { cwd, env: metered });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/continuing at step \d+, from checkpoint 2/);

    const report = JSON.parse(read(cwd, 'runs/1/report-last.json'));
    expect(report.testAccuracy).toBeGreaterThanOrEqual(0.95);
    expect(results(join(cwd, 'runs/1')).log.split('\n').length).toBeGreaterThan(3);
    const { lineage } = JSON.parse(read(cwd, 'runs/1/run.json'));
    expect(lineage).toMatchObject([{ end: 'interrupted' }, { end: 'interrupted' }, { end: 'finished' }]);
    // Not those of the clock: others may be using the machine.
    seconds += effortIn(stderr)?.seconds ?? Number.NaN;
    expect(seconds).toBeLessThan(60);
    expect(await alcOk(['evaluate', 'runs'], { cwd })).toContain('>>> found the best experiment in\nruns/1\n');
  });
});
