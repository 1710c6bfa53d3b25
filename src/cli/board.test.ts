// The table of a pool on a terminal: a pseudo terminal of util-linux's `script`.

import { spawn } from 'node:child_process';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { main, removeTemporaries } from '../testing/alc.ts';
import { cutLocation, cutModule } from '../testing/cuts.ts';

afterAll(removeTemporaries);

/** Lines as they were painted, without the terminal's own sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const lines = (text: string): string[] => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split(/\r*\n/);

it.runIf(process.platform === 'linux')(
  'shows what is running, no wider than the terminal, and is gone after Ctrl-C',
  { timeout: 120_000 },
  async () => {
    const location = await cutLocation({ steps: 1e9 }, { steps: 1e9 }, { steps: 1e9 });
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${main}' run '${cutModule}' '${location}' --jobs=2`;
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', SHELL: '/bin/sh' };
    const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    let output = '';
    const ended = new Promise((resolve) => child.on('close', resolve));
    const row = /\n2 +\d+ +\d+ +[\d.e-]+ +[\d.e-]+ +[\d.e-]+ +[\d.e-]+ +[▁-█]{2,}/;
    await new Promise<void>((resolve, reject) => {
      child.on('close', () => reject(new Error(`alc ended before it showed a table:\n${output}`)));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (row.test(output)) resolve();
      });
    });
    child.stdin.write('\x03');
    expect(await ended).toBe(9);
    const painted = lines(output).filter((line) => /steps\/s|[▁-█]|running, /.test(line));
    expect(painted).toContainEqual(expect.stringMatching(/step +epoch +train loss +val loss +best +steps\/s +left/));
    expect(painted).toContainEqual(expect.stringMatching(/^0 of 3 done, 2 running, /));
    expect(Math.max(...painted.map(({ length }) => length))).toBeLessThan(80);
    expect(output.match(/interrupted by SIGINT: step/g)).toHaveLength(2);
    // The last thing painted was erased, and nothing was painted after it.
    expect(output.lastIndexOf('\x1b[0J')).toBeGreaterThan(output.lastIndexOf('running, '));
  },
);
