// The table of a pool on a terminal.

import { afterAll, expect, it } from 'vitest';
import { removeTemporaries } from '../testing/alc.ts';
import { cutLocation, cutModule } from '../testing/cuts.ts';
import { onTerminal, writtenLines } from '../testing/pseudoTerminal.ts';

afterAll(removeTemporaries);

it.runIf(process.platform === 'linux')(
  'shows what is running, no wider than the terminal, and is gone after Ctrl-C',
  { timeout: 120_000 },
  async () => {
    const location = await cutLocation({ steps: 1e9 }, { steps: 1e9 }, { steps: 1e9 });
    const terminal = onTerminal(['run', cutModule, location, '--jobs=2']);
    const row = ' +\\d+ +\\d+ +[\\d.e-]+ +[\\d.e-]+ +[\\d.e-]+ +[\\d.e-]+ +[▁-█]{2,}';
    for (const i of [1, 2]) await terminal.shows(new RegExp(`\n${i}${row}`));
    terminal.type('\x03');
    const { code, output } = await terminal.ended;
    expect(code).toBe(9);
    const painted = writtenLines(output).filter((line) => /steps\/s|[▁-█]|running, /.test(line));
    expect(painted).toContainEqual(expect.stringMatching(/step +epoch +train loss +val loss +best +steps\/s +left/));
    expect(painted).toContainEqual(expect.stringMatching(/^0 of 3 done, 2 running, /));
    expect(Math.max(...painted.map(({ length }) => length))).toBeLessThan(80);
    expect(output.match(/interrupted by SIGINT: step/g)).toHaveLength(2);
    // The last thing painted was erased, and nothing was painted after it.
    expect(output.lastIndexOf('\x1b[0J')).toBeGreaterThan(output.lastIndexOf('running, '));
  },
);
