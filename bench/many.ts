// What looks at 10,000 finished configurations, as whole processes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, timing, validate } from './measure.ts';
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

export function run(): Result[] {
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
    return commands.map(({ args, goal }, i) => {
      const { milliseconds, noise } = timing(times[i] ?? []);
      const name = `alc ${args.join(' ')}, ${AMOUNT} finished configurations`;
      return { name, value: milliseconds / 1000, unit: 's', goal, noise };
    });
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
