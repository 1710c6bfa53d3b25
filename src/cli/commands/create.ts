// `alc create`: draws configurations and writes one directory for each.

import { existsSync, readFileSync, statSync } from 'node:fs';
import type { CAC } from 'cac';
import { UserError } from '../../errors.ts';
import type { Experiment } from '../../experiment.ts';
import { parseAssignment, setPath } from '../../search/override.ts';
import {
  configurationSeed,
  createConfiguration,
  highestIndex,
  listConfigurations,
} from '../../storage/configuration.node.ts';
import { parseJson } from '../../storage/json.ts';
import { summarize } from '../../storage/summary.node.ts';
import { readNote, writeNote } from '../location.ts';
import { loadExperiment, messageOf } from '../module.ts';
import { asList, asNumber } from '../options.ts';

interface Options {
  readonly amount: unknown;
  readonly seed?: unknown;
  readonly set?: unknown;
  readonly from?: string;
  readonly json?: boolean;
}

export function create(cli: CAC): void {
  cli
    .command('create <module> <location>', 'Draw configurations and write a directory for each')
    .option('--amount <n>', 'How many configurations', { default: 1 })
    .option('--seed <s>', 'Seed of the experiment; default: that of the location, or 0 for a new one')
    .option('--set <path=value>', 'Fix a hyperparameter, e.g. optimizer.learningRate=1e-3; may be given several times')
    .option('--from <file>', 'Take hyperparameters from a JSON file, an object or a list of objects, instead of drawing')
    .option('--json', 'Print the directories that were made as JSON')
    .action(async (module: string, location: string, options: Options) => {
      const amount = asNumber('--amount', options.amount);
      const overrides = asList(options.set).map(parseAssignment);
      if (existsSync(location) && !statSync(location).isDirectory()) {
        throw new UserError(`${location}: the location is a file; give a directory`);
      }
      const experiment = await loadExperiment(module);
      const note = existsSync(location) ? readNote(location) : undefined;
      const seed = options.seed === undefined ? (note?.seed ?? 0) : asNumber('--seed', options.seed, 0);
      const index = await highestIndex(location);

      const given = options.from === undefined ? undefined : readPars(options.from);
      const drawn = given ?? (await draw(module, experiment, location, { amount, seed, index }));
      const configurations = drawn.map((pars, i) => {
        const job = index + i + 1;
        return { job, pars: overridden(pars, overrides), seed: configurationSeed(seed, job) };
      });
      writeNote(location, module, seed);
      for (const { job, pars, seed } of configurations) {
        await createConfiguration(location, job, { preamble: experiment.preamble(job), pars, seed });
      }
      const first = index + 1;
      const last = index + configurations.length;
      if (options.json) {
        const directories = configurations.map(({ job }) => `${location}/${job}`);
        process.stdout.write(`${JSON.stringify({ location, directories }, null, 2)}\n`);
      } else {
        const range = first === last ? `${first}` : `${first} to ${last}`;
        process.stdout.write(`created ${configurations.length} configurations in ${location}: ${range}\n`);
      }
    });
}

interface Drawing {
  readonly amount: number;
  readonly seed: number;
  readonly index: number;
}

/** The hyperparameters with those that the command line fixes. */
function overridden(pars: unknown, overrides: readonly { path: string; value: unknown }[]): object {
  if (typeof pars !== 'object' || pars === null) {
    throw new UserError(`drawPars: each configuration must be an object, got ${String(pars)}`);
  }
  return overrides.reduce<object>((all, { path, value }) => setPath(all, path, value), pars);
}

async function draw(
  module: string,
  experiment: Experiment,
  location: string,
  { amount, seed: experimentSeed, index }: Drawing,
): Promise<unknown[]> {
  const earlier = index === 0 ? [] : await listConfigurations(location);
  const history = earlier.map((i) => summarize(location, i));
  // What draws by `seed` alone must not draw the same again when more configurations are added.
  const seed = index === 0 ? experimentSeed : configurationSeed(experimentSeed, index);
  const drawn: unknown[] = [];
  try {
    for (const pars of experiment.drawPars(amount, { seed, experimentSeed, index, history })) {
      drawn.push(pars);
      if (drawn.length === amount) break;
    }
  } catch (error) {
    throw new UserError(`${module}: drawPars: ${messageOf(error)}`);
  }
  if (drawn.length < amount) {
    throw new UserError(`${module}: drawPars gave ${drawn.length} configurations, asked for ${amount}; lower --amount`);
  }
  return drawn;
}

function readPars(file: string): unknown[] {
  if (!existsSync(file)) throw new UserError(`--from: there is no file ${file}; give a JSON file with hyperparameters`);
  const given = parseJson(readFileSync(file, 'utf8'), file);
  return Array.isArray(given) ? given : [given];
}
