// `alc create`: draws configurations and writes one directory for each.

import { existsSync, statSync } from 'node:fs';
import type { CAC } from 'cac';
import { UserError } from '../../errors.ts';
import type { Experiment } from '../../experiment.ts';
import { type Assignment, parseAssignment, setPath } from '../../search/override.ts';
import { createConfiguration, highestIndex } from '../../storage/configuration.node.ts';
import { configurationSeed, configurationSource } from '../../storage/configuration.ts';
import { readBytes } from '../../storage/disk.node.ts';
import { parseJson } from '../../storage/json.ts';
import { type Summary, summaries } from '../../storage/summary.node.ts';
import { checkSameModule, readNote, writeNote } from '../location.ts';
import { messageOf } from '../message.ts';
import { loadExperiment } from '../module.ts';
import { asNumber } from '../options.ts';
import { print } from '../print.ts';

interface Options {
  readonly amount?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly from?: string;
  readonly json?: boolean;
}

export function create(cli: CAC): void {
  cli
    .command('create <module> <location>', 'Draw configurations and write a directory for each')
    .option('--amount <n>', 'How many configurations; default: 1')
    .option('--seed <s>', 'Seed of the experiment; default: that of the location, or 0 for a new one')
    .option(
      '--set <path=value>',
      'Fix a hyperparameter, e.g. optimizer.learningRate=1e-3; may be given several times',
      { type: [] },
    )
    .option(
      '--from <file>',
      'Take hyperparameters from a JSON file, an object or a list of objects, instead of drawing',
    )
    .option('--json', 'Print the directories that were made as JSON')
    .action(async (module: string, location: string, options: Options) => {
      const amount = asNumber('--amount', options.amount ?? 1);
      const overrides = (options.set ?? []).map(parseAssignment);
      if (existsSync(location) && !statSync(location).isDirectory()) {
        throw new UserError(`${location}: the location is a file; give a directory`);
      }
      const experiment = await loadExperiment(module);
      const note = existsSync(location) ? readNote(location) : undefined;
      if (note) checkSameModule(location, note, module);
      const seed = options.seed === undefined ? (note?.seed ?? 0) : asNumber('--seed', options.seed, 0);
      const index = await highestIndex(location);

      if (note && seed !== note.seed) {
        throw new UserError(
          `--seed: ${location} was begun with seed ${note.seed}, got ${seed}; choose another location`,
        );
      }
      const given = options.from === undefined ? undefined : readPars(options.from);
      if (given && options.amount !== undefined && given.length !== amount) {
        throw new UserError(
          `--amount: ${options.from} has ${given.length} configurations, got ${amount}; leave it out`,
        );
      }
      const drawn = given ?? (await draw(module, experiment, location, { amount, seed, index }));
      const configurations = drawn.map((pars, i) => {
        const job = index + i + 1;
        const preamble = preambleOf(module, experiment, job);
        return { index: job, preamble, pars: overridden(pars, overrides), seed: configurationSeed(seed, job) };
      });
      // All or none: what is wrong with the last one is found before the first one is written.
      for (const { preamble, pars, seed } of configurations) configurationSource(preamble, pars, seed);
      writeNote(location, module, seed);
      const directories = configurations.map((configuration) => createConfiguration(location, configuration));
      const first = index + 1;
      const last = index + configurations.length;
      if (options.json) {
        print(`${JSON.stringify({ location, directories }, null, 2)}\n`);
      } else {
        const [made, which] =
          first === last
            ? ['1 configuration', `${first}`]
            : [`${directories.length} configurations`, `${first} to ${last}`];
        print(`created ${made} in ${location}: ${which}\n`);
      }
    });
}

interface Drawing {
  readonly amount: number;
  readonly seed: number;
  readonly index: number;
}

/** The hyperparameters with those that the command line fixes. */
function overridden(pars: unknown, overrides: readonly Assignment[]): object {
  if (typeof pars !== 'object' || pars === null) {
    throw new UserError(`drawPars: each configuration must be an object, got ${String(pars)}`);
  }
  return overrides.reduce<object>(setPath, pars);
}

function preambleOf(module: string, experiment: Experiment, job: number): string {
  try {
    return experiment.preamble(job);
  } catch (error) {
    throw failure(module, 'preamble', error);
  }
}

/** An error that a function of the experiment raised. */
function failure(module: string, name: string, error: unknown): UserError {
  return new UserError(`${module}: ${name}: ${messageOf(error)}`, 1, { cause: error });
}

async function draw(
  module: string,
  experiment: Experiment,
  location: string,
  { amount, seed: experimentSeed, index }: Drawing,
): Promise<unknown[]> {
  const history: Summary[] = [];
  if (index > 0) for await (const summary of summaries(location)) history.push(summary);
  // What draws by `seed` alone must not draw the same again when more configurations are added.
  const seed = index === 0 ? experimentSeed : configurationSeed(experimentSeed, index);
  const drawn: unknown[] = [];
  try {
    const given: unknown = experiment.drawPars(amount, { seed, experimentSeed, index, history });
    if (!isIterable(given)) {
      const kind = given instanceof Promise ? 'a promise' : given === null ? 'null' : typeof given;
      throw new UserError(`must give a list of ${amount} objects, got ${kind}`);
    }
    for (const pars of given) {
      drawn.push(pars);
      if (drawn.length === amount) break;
    }
  } catch (error) {
    throw failure(module, 'drawPars', error);
  }
  if (drawn.length < amount) {
    throw new UserError(`${module}: drawPars gave ${drawn.length} configurations, asked for ${amount}; lower --amount`);
  }
  return drawn;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function readPars(file: string): unknown[] {
  const bytes = readBytes(file);
  if (!bytes) throw new UserError(`--from: there is no file ${file}; give a JSON file with hyperparameters`);
  const given = parseJson(new TextDecoder().decode(bytes), file);
  return Array.isArray(given) ? given : [given];
}
