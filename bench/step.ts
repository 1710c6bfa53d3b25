// Training steps as the Trainer makes them, from the initial parameters on: one sample is what it does until it lets
// the event loop turn, 20 ms or more.

import { everySteps } from '../src/index.ts';
import { measure, type Result, validate } from './measure.ts';
import { classifier, operationsPerStep, type Training, xor } from './trainers.ts';

const GOAL_MICROSECONDS = 3;

const SMALL = [64, 32, 10] as const;
const LARGE = [784, 512, 256, 10] as const;

/** A task that trains from what the state is now, step 0, and gives the time of one step. */
function steps(training: Training) {
  const { trainer } = training;
  const start = trainer.snapshot();
  return async () => {
    trainer.restore(start, []);
    const started = performance.now();
    await trainer.fit({ between: () => true });
    const elapsed = performance.now() - started;
    return { overriddenDuration: elapsed / trainer.step, overriddenIterationCost: elapsed };
  };
}

async function learns(name: string, { trainer, data }: Training): Promise<void> {
  const before = trainer.score(data.train);
  for (let slice = 0; slice < 5; slice++) await trainer.fit({ between: () => true });
  validate(name, trainer.score(data.train) < before);
}

export async function run(): Promise<Result[]> {
  const xors = {
    'XOR 2-3-1, sgd': xor('sgd'),
    'XOR 2-3-1, rmsprop': xor('rmsprop'),
    'XOR 2-3-1, adam': xor('adam'),
    'XOR 2-3-1, rmsprop, a look every 100 steps': xor('rmsprop', everySteps(100)),
  };
  const classifiers = {
    '64-32-10, batch 32, sgd': [SMALL, 32, 'sgd', 1],
    '64-32-10, batch 32, adam': [SMALL, 32, 'adam', 1],
    '784-512-256-10, batch 128, sgd': [LARGE, 128, 'sgd', 1],
    '784-512-256-10, batch 128, sgd, 2 threads': [LARGE, 128, 'sgd', 2],
    '784-512-256-10, batch 128, adam': [LARGE, 128, 'adam', 1],
    '784-512-256-10, batch 128, adam, 2 threads': [LARGE, 128, 'adam', 2],
  } as const;
  const trainings = Object.entries<Training>(xors);
  for (const [name, [sizes, batch, optimizer, threads]] of Object.entries(classifiers)) {
    trainings.push([name, classifier(sizes, batch, optimizer, { threads })]);
  }
  const tasks = Object.fromEntries(trainings.map(([name, training]) => [name, steps(training)]));
  for (const [name, training] of trainings) await learns(name, training);
  const timings = await measure(tasks);

  return Object.entries(timings).flatMap(([name, { milliseconds, noise }]): Result[] => {
    const time: Result = { name, value: 1000 * milliseconds, unit: 'µs/step', noise };
    const rate: Result = { name, value: 1000 / milliseconds, unit: 'steps/s' };
    if (!Object.hasOwn(classifiers, name)) return [{ ...time, goal: GOAL_MICROSECONDS }, rate];
    const [sizes, batch, , threads] = classifiers[name as keyof typeof classifiers];
    const alone = timings[name.replace(/, \d+ threads$/, '')]?.milliseconds ?? Number.NaN;
    const speedup: Result = { name, value: alone / milliseconds, unit: '× one thread' };
    const operations: Result = { name, value: operationsPerStep(sizes, batch) / milliseconds / 1e6, unit: 'GFLOP/s' };
    return [time, rate, operations, ...(threads > 1 ? [speedup] : [])];
  });
}
