// `alc status` as a process: who runs, who is silent, what failed by which error; once, and again and again.

import { utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, main, put, removeTemporaries, start, temporary } from '../testing/alc.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

const holder = (host: string) =>
  JSON.stringify({
    host,
    bootId: null,
    pidNamespace: null,
    pid: 1,
    processStart: null,
    uuid: 'u',
    since: '2026-01-01T00:00:00Z',
    heartbeat: '000000000000',
  });

/** Of each configuration, by index. */
async function statusOf(location: string): Promise<Record<string, unknown>[]> {
  return JSON.parse(await alcOk(['status', location, '--json'])).configurations;
}

describe('status', { timeout: 120_000 }, () => {
  it('says since when there has been no sign of life, and when that is too long', async () => {
    const location = temporary();
    const log = '{"step":1,"bestLoss":1}\n';
    for (const [i, age] of [5, 4000].entries()) {
      const directory = join(location, `${i + 1}`);
      put(directory, { 'cfg.mjs': smallConfiguration, 'log.jsonl': log, '.lock-1': holder('elsewhere') });
      const then = Date.now() / 1000 - age;
      for (const name of ['log.jsonl', '.lock-1']) utimesSync(join(directory, name), then, then);
    }
    const [running, stale] = await statusOf(location);
    expect(running).toMatchObject({ state: 'running', where: 'elsewhere' });
    expect(stale).toMatchObject({ state: 'stale', where: 'elsewhere' });
    expect(running?.quietSeconds).toBeGreaterThanOrEqual(4);
    expect(running?.quietSeconds).toBeLessThan(1000);
    expect(stale?.quietSeconds).toBeGreaterThanOrEqual(3999);
    const text = await alcOk(['status', location]);
    expect(text).toContain(': 2 configurations: 1 running, 1 stale\n');
    expect(text).toMatch(/\/2 +1 +1 +stale +elsewhere +67 min ago\n/);
  });

  it('shows the error that a run has failed by, else the last line that it printed', async () => {
    const makeReport = '() => { throw new Error("no luck\\nwith details") }';
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ makeReport }) });
    await alcOk(['create', 'experiment.mjs', 'runs'], { cwd });
    await alc(['run', 'runs/1'], { cwd });
    put(cwd, {
      'runs/2/cfg.mjs': smallConfiguration,
      'runs/2/_failed': '7 0',
      'runs/2/output.txt': 'much\nout of luck\n\n',
    });
    put(cwd, { 'runs/3/cfg.mjs': smallConfiguration, 'runs/3/_failed': '7 0' });
    const reasons = (await statusOf(join(cwd, 'runs'))).map(({ state, reason }) => [state, reason]);
    expect(reasons).toEqual([
      ['failed', expect.stringMatching(/no luck with details$/)],
      ['failed', 'out of luck'],
      ['failed', 'see output.txt'],
    ]);
    const lines = (await alcOk(['status', 'runs'], { cwd })).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toMatch(/ failed .*no luck with details$/);
  });

  it('watches until all is over, and tells what is new', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment() });
    await alcOk(['create', 'experiment.mjs', 'runs', '--amount=2'], { cwd });
    const { child, ended } = start(['status', 'runs', '--watch'], { cwd });
    const [first] = await new Promise<string[]>((resolve) =>
      child.stdout?.once('data', (text) => resolve([`${text}`])),
    );
    expect(first).toBe('runs: 2 configurations: 2 new\n');
    await alcOk(['run', 'runs'], { cwd });
    const { code, stdout } = await ended;
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, 'runs: 2 configurations: 2 finished']);
    // No state is told twice in a row.
    const told = stdout.split(/(?=^runs: )/m);
    expect(told.filter((text, i) => text === told[i - 1])).toEqual([]);
  });

  // `script` of util-linux gives a terminal.
  it.runIf(process.platform === 'linux')('watches in place on a terminal', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment(), 'runs/1/cfg.mjs': smallConfiguration });
    put(cwd, { 'runs/1/.lock-1': holder(`not-${hostname()}`) });
    const command = [process.execPath, main, 'status', 'runs', '--watch'].map((word) => `'${word}'`).join(' ');
    const sized = `stty cols 120 rows 30 && ${command}`;
    const { child, ended } = start(['-qfec', sized, '/dev/null'], {
      cwd,
      command: ['script'],
      env: { TERM: 'xterm' },
    });
    await new Promise<void>((resolve) => {
      let text = '';
      child.stdout?.on('data', (more) => {
        text += more;
        // The second time in place of the first.
        if (text.split('runs: 1 configuration: 1 running').length > 2) resolve();
      });
    });
    put(cwd, { 'runs/1/log.jsonl': '{"step":1,"bestLoss":1}\n', 'runs/1/report-last.json': '{}' });
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain('\u001b[3A\r\u001b[0J');
    expect(stdout.trimEnd().split(/\r?\n/).at(-1)).toBe('\u001b[3A\r\u001b[0Jruns: 1 configuration: 1 finished');
  });
});
