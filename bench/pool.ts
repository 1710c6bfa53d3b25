// Many configurations: a thousand of XOR from creation to evaluation, by a pool, by a process each, and by Optuna with
// PyTorch; what a configuration costs besides its training; and what would be sent to Slurm of ten thousand.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Result, validate } from './measure.ts';
import { alc, node, experiment as xor } from './processes.ts';

const AMOUNT = 1000;
const STEPS = 10_000;
/** So many of those that take long are timed, and the rest is inferred. */
const PROCESSES = 60;
const TRIALS = 8;
const AT_A_TIME = availableParallelism();

/** XOR as in examples/mlp-xor.ts, without the criterion that ends hopeless runs early. */
const source = readFileSync(xor, 'utf8');
const experiment = (steps: number): string => {
  const changed = source.replace('any(afterSteps(10_000), notBetterThanAfter(0.1, 5_000))', `afterSteps(${steps})`);
  validate('the example', changed !== source);
  return changed;
};

export async function run(): Promise<Result[]> {
  const base = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    return [...(await thousand(base)), ...overhead(base), submission(base)];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function thousand(base: string): Promise<Result[]> {
  const module = join(base, 'xor.ts');
  writeFileSync(module, experiment(STEPS));
  const pool = join(base, 'pool');
  const created = node(alc, 'create', module, pool, `--amount=${AMOUNT}`).milliseconds;
  const trained = node(alc, 'run', pool, `--jobs=${AT_A_TIME}`);
  validate('the pool', trained.output.match(new RegExp(`finished: step ${STEPS},`, 'g'))?.length === AMOUNT);
  const evaluated = node(alc, 'evaluate', pool).milliseconds;
  const seconds = (created + trained.milliseconds + evaluated) / 1000;

  const single = join(base, 'single');
  node(alc, 'create', module, single, `--amount=${PROCESSES}`);
  const directories = Array.from({ length: PROCESSES }, (_, i) => join(single, `${i + 1}`));
  const each = await inParallel(directories.map((directory) => [process.execPath, alc, 'run', module, directory]));
  const name = `${AMOUNT} configurations of XOR, ${STEPS} steps each, ${AT_A_TIME} at a time`;
  return [
    { name, value: seconds, unit: 's', goal: 20 },
    { name: 'the same by a process each', value: (each.seconds * AMOUNT) / PROCESSES, unit: 's', goal: 100 },
    ...(await optuna(base, seconds)),
  ];
}

/** Set PYTHON to one that has both. */
async function optuna(base: string, ours: number): Promise<Result[]> {
  const script = fileURLToPath(new URL('bench/pool.py', import.meta.resolve('alchemie/package.json')));
  const command = [process.env.PYTHON ?? 'python3', script, `${TRIALS}`, join(base, 'journal')];
  try {
    const { outputs } = await inParallel(Array.from({ length: AT_A_TIME }, () => command));
    const found = outputs.map((output) => JSON.parse(output));
    const slowest = Math.max(...found.map(({ seconds }) => Number(seconds)));
    const seconds = (slowest * AMOUNT) / (TRIALS * AT_A_TIME);
    const name = `the same by Optuna ${found[0].optuna} and PyTorch ${found[0].torch}, from ${TRIALS * AT_A_TIME} trials`;
    return [
      { name, value: seconds, unit: 's' },
      { name, value: seconds / ours, unit: 'times the pool' },
    ];
  } catch (error) {
    const [reason] = `${error}`.trim().split('\n').slice(-1);
    console.error(`bench pool: Optuna and PyTorch are left out (${reason}); name a Python that has both in PYTHON`);
    return [];
  }
}

/** Runs commands, as many at a time as there are cores. */
async function inParallel(commands: readonly (readonly string[])[]): Promise<{ seconds: number; outputs: string[] }> {
  const waiting = [...commands];
  const outputs: string[] = [];
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let command = waiting.shift(); command; command = waiting.shift()) outputs.push(await outputOf(command));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { seconds: (performance.now() - started) / 1000, outputs };
}

function outputOf([command = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = ['', ''];
    for (const [i, stream] of [child.stdout, child.stderr].entries()) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        texts[i] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(texts[0] ?? '') : reject(new Error(texts[1] || `exit ${code}`))));
  });
}

/** One process, so that nothing is hidden by another core. */
function overhead(base: string): Result[] {
  const module = join(base, 'tiny.ts');
  writeFileSync(module, experiment(100));
  const seconds = [20, 220].map((amount) => {
    const location = join(base, `tiny-${amount}`);
    node(alc, 'create', module, location, `--amount=${amount}`);
    return node(alc, 'run', location, '--jobs=1').milliseconds;
  });
  const [few = 0, many = 0] = seconds;
  const each = (many - few) / 200;
  // The same trainers in the same order, and nothing around them.
  const alone = node('--input-type=module', '--eval', training(join(base, 'tiny-220'))).output;
  const name = 'a configuration of XOR, 100 steps';
  return [
    { name, value: each, unit: 'ms' },
    { name: 'its trainer made, fitted and scored alone', value: Number(alone), unit: 'ms' },
  ];
}

/** A module that prints the milliseconds that each takes. */
function training(location: string): string {
  return `
    import { readFileSync } from 'node:fs';
    const a = await import(${JSON.stringify(import.meta.resolve('alchemie'))});
    const x = a.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), z = a.tensor([[0], [1], [1], [0]]);
    const data = { train: [x, z], val: [x, z] };
    let started;
    for (let i = 1; i <= 220; i++) {
      if (i === 21) started = performance.now();
      const { pars, seed } = await import(${JSON.stringify(location)} + '/' + i + '/cfg.mjs');
      const model = a.mlp({ inputs: 2, hidden: [pars.hidden], outputs: 1, activation: pars.activation,
        loss: 'binaryCrossEntropy', initializer: a.normal(0, pars.parameterStd) });
      const trainer = new a.Trainer({ model, data, seed, optimizer: pars.optimizer, pause: a.everySteps(100),
        stop: a.afterSteps(100) });
      await trainer.fit();
      await trainer.withBest(() => [trainer.score(data.train), trainer.score(data.val), trainer.score(data.val)]);
    }
    console.log((performance.now() - started) / 200);`;
}

function submission(base: string): Result {
  const [module, location, amount] = [join(base, 'xor.ts'), join(base, 'ten-thousand'), 10_000];
  node(alc, 'create', module, location, `--amount=${amount}`);
  const { milliseconds, output } = node(alc, 'submit', location, '--dry-run');
  validate('alc submit', output.startsWith('sbatch '));
  return { name: `alc submit --dry-run, ${amount} configurations`, value: milliseconds / 1000, unit: 's', goal: 3 };
}
