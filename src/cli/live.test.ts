// A single run on a terminal: its row below whatever is printed meanwhile.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, put, removeTemporaries, temporary } from '../testing/alc.ts';
import { cutLocation, cutModule } from '../testing/cuts.ts';
import { onTerminal, screenOf, writtenLines } from '../testing/pseudoTerminal.ts';

afterAll(removeTemporaries);

const ROW = /\n1 +\d+ +\d+ +[\d.e-]+ +[\d.e-]+ +[\d.e-]+ +[\d.e-]+ +[\d.]+ (?:m?s|min|h) +[▁-█]{2,}/;

/** Rests at every pause and prints there: whole lines on both streams, and one in two pieces. */
const talkative = `
import { afterSteps, defineExperiment, everySteps, mlp, tensor, Trainer } from 'alchemie';

export default defineExperiment({
  preamble: () => '',
  drawPars: () => [{}],
  loadData() {
    const split = [tensor([[0], [1]]), tensor([[1], [0]])];
    return { train: split, val: split };
  },
  newTrainer: (_pars, data, { seed }) =>
    new Trainer({
      model: mlp({ inputs: 1, hidden: [2], outputs: 1, activation: 'tanh', loss: 'squaredError' }),
      data,
      seed,
      optimizer: { name: 'sgd' },
      pause: everySteps(5),
      stop: afterSteps(100),
      report({ step }) {
        console.log('out ' + step);
        console.error('error ' + step);
        process.stderr.write('begun ' + step);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
        process.stderr.write(' and ended\\n');
      },
    }),
  makeReport: () => ({}),
});
`;

describe.runIf(process.platform === 'linux')('a single run on a terminal', { timeout: 120_000 }, () => {
  it('has a row no wider than the terminal, which says how long it may take still', async () => {
    const location = await cutLocation({ steps: 1e9 });
    const terminal = onTerminal(['run', cutModule, join(location, '1')]);
    await terminal.shows(ROW);
    terminal.type('\x03');
    const { code, output } = await terminal.ended;
    expect(code).toBe(9);
    const painted = writtenLines(output).filter((line) => /steps\/s|[▁-█]/.test(line));
    expect(painted).toContainEqual(expect.stringMatching(/step +epoch +train loss +val loss +best +steps\/s +left/));
    expect(Math.max(...painted.map(({ length }) => length))).toBeLessThan(80);
    const screen = screenOf(output);
    expect(screen.join('\n')).not.toMatch(/steps\/s|[▁-█]/);
    expect(screen).toContainEqual(expect.stringMatching(/1: interrupted by SIGINT: step \d+/));
  });

  it('leaves every line that is printed meanwhile whole, and no trace', async () => {
    const cwd = temporary();
    put(cwd, { 'experiment.mjs': talkative, 'runs/1/cfg.mjs': 'export const pars = {};\nexport const seed = 1;\n' });
    const args = ['run', join(cwd, 'experiment.mjs'), join(cwd, 'runs/1')];
    const { code, output } = await onTerminal(args).ended;
    expect(code).toBe(0);
    expect(output).toMatch(/steps\/s[\s\S]*\n1 +\d+ /);
    const expected = Array.from({ length: 20 }, (_, i) => 5 * (i + 1)).flatMap((step) => [
      `out ${step}`,
      `error ${step}`,
      `begun ${step} and ended`,
    ]);
    const screen = screenOf(output);
    expect(screen.slice(0, expected.length)).toEqual(expected);
    expect(screen.slice(expected.length)).toEqual([
      expect.stringMatching(/1: finished: step 100, /),
      expect.stringMatching(/^SHA-256 of the state: /),
      '',
    ]);
  });
});

describe('a single run elsewhere', { timeout: 60_000 }, () => {
  it('prints what it prints, and no more', async () => {
    const cwd = temporary({ 'experiment.mjs': talkative });
    put(cwd, { 'runs/1/cfg.mjs': 'export const pars = {};\nexport const seed = 1;\n' });
    const { code, stdout, stderr } = await alc(['run', 'experiment.mjs', 'runs/1'], { cwd });
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => `out ${5 * (i + 1)}`));
    for (const sign of ['\x1b', '\r', 'steps/s']) expect(`${stdout}${stderr}`).not.toContain(sign);
  });
});
