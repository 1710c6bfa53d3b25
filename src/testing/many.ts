// Locations with many configurations, handled by the built `alc` with few open files.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alc, main, read, temporary } from './alc.ts';
import { smallExperiment } from './small-experiment.ts';

export interface Effort {
  /** Of the processor, the system's part included: what else happens on the machine hardly matters. */
  readonly seconds: number;
  /** Largest resident memory. */
  readonly mebibytes: number;
}

/** Tells at the end how much memory, and how many microseconds of the processor, a process took. */
const meter = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('KiB ' + maxRSS + ' µs ' + (userCPUTime + systemCPUTime));
})`;
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(meter)}` };
/** Node.js itself has about twenty open. */
const command = ['sh', '-c', 'ulimit -n 128 && exec "$0" "$@"', process.execPath, main] as const;

async function effort(args: readonly string[], cwd: string): Promise<Effort> {
  const { code, stderr } = await alc(args, { cwd, env, command });
  const [, kibibytes, microseconds] = /KiB (\d+) µs (\d+)/.exec(stderr) ?? [];
  if (code !== 0 || kibibytes === undefined) throw new Error(`alc ${args.join(' ')}: ended with ${code}\n${stderr}`);
  return { seconds: Number(microseconds) / 1e6, mebibytes: Number(kibibytes) / 1024 };
}

/** Creates configurations, gives each a log as of a run, and evaluates them. */
export async function handleMany(count: number): Promise<{ create: Effort; evaluate: Effort }> {
  const cwd = temporary({ 'experiment.mjs': smallExperiment() });
  const create = await effort(['create', 'experiment.mjs', 'runs', `--amount=${count}`], cwd);
  for (let i = 1; i <= count; i++) {
    writeFileSync(join(cwd, 'runs', `${i}`, 'log.jsonl'), `{"step":50,"bestLoss":${(i * 7919) % count}}\n`);
  }
  const evaluate = await effort(['evaluate', 'runs'], cwd);
  const best = JSON.parse(read(cwd, 'runs/result.json')).best.bestLoss;
  if (best !== 0) throw new Error(`the best of ${count} has a loss of ${best}`);
  const show = ({ seconds, mebibytes }: Effort) =>
    `${seconds.toFixed(1)} s of the processor and ${mebibytes.toFixed(0)} MiB`;
  console.log(`${count} configurations, 128 open files at most: create ${show(create)}, evaluate ${show(evaluate)}`);
  rmSync(cwd, { recursive: true });
  return { create, evaluate };
}
