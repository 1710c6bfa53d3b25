// What looks at 10,000 finished configurations, as whole processes, and their page in a browser.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, timing, validate } from './measure.ts';
import { pageTimes } from './page.ts';
import { alc, experiment, node } from './processes.ts';

const ROUNDS = 5;
const AMOUNT = 10_000;

/** What is done with them, what its output begins with, and how many seconds it may take. */
const commands = [
  { args: ['evaluate'], says: 'validation loss', goal: 2 },
  { args: ['evaluate', '--where', 'activation == tanh', '--group-by', 'pars'], says: 'mean validation loss', goal: 2 },
  { args: ['report', '--json'], says: '{\n  "path": ', goal: 10 },
  { args: ['status'], says: `many: ${AMOUNT} configurations: ${AMOUNT} finished`, goal: 3 },
] as const;

const OPENING_SECONDS = 3;
/** Two frames of a display of 60 Hz. */
const SMOOTH_MILLISECONDS = 34;

export async function run(): Promise<Result[]> {
  const base = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    const location = join(base, 'many');
    finish(location);
    const times = commands.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, { args, says }] of commands.entries()) {
        const [command, ...options] = args;
        const { milliseconds, output } = node(alc, command, location, ...options);
        validate(command, output.startsWith(says));
        times[i]?.push(milliseconds);
      }
    }
    const results = commands.map(({ args, goal }, i): Result => {
      const { milliseconds, noise } = timing(times[i] ?? []);
      const name = `alc ${args.join(' ')}, ${AMOUNT} finished configurations`;
      return { name, value: milliseconds / 1000, unit: 's', goal, noise };
    });
    const { open, frame, slowFrame } = await pageTimes(join(location, 'report.html'));
    const page = `page of ${AMOUNT} configurations in Chromium`;
    return [
      ...results,
      { name: `${page}, opened`, value: open.milliseconds / 1000, unit: 's', goal: OPENING_SECONDS, noise: open.noise },
      { name: `${page}, a frame while scrolling`, value: frame.milliseconds, unit: 'ms', noise: frame.noise },
      {
        name: `${page}, the slowest of 20 frames while scrolling`,
        value: slowFrame.milliseconds,
        unit: 'ms',
        goal: SMOOTH_MILLISECONDS,
        noise: slowFrame.noise,
      },
    ];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Configurations with what a run leaves: that of one, with another loss each. */
function finish(location: string): void {
  node(alc, 'create', experiment, location, `--amount=${AMOUNT}`);
  node(alc, 'run', join(location, '1'));
  const [log, report, record] = ['log.jsonl', 'report-last.json', 'run.json'].map((name) =>
    readFileSync(join(location, '1', name), 'utf8'),
  );
  for (let i = 2; i <= AMOUNT; i++) {
    const directory = join(location, `${i}`);
    const loss = ((i * 7919) % AMOUNT) / AMOUNT;
    writeFileSync(join(directory, 'log.jsonl'), log?.replaceAll(/"bestLoss":[^,}]+/g, `"bestLoss":${loss}`) ?? '');
    writeFileSync(join(directory, 'report-last.json'), report?.replace(/"testLoss": .*/, `"testLoss": ${loss}`) ?? '');
    writeFileSync(join(directory, 'run.json'), record ?? '');
  }
}
