// `alc create`: draws configurations and writes one directory for each. Several may do so at a time: what one of them
// cannot write, since another has taken the number, it draws anew for the next numbers.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CAC } from 'cac';
import { kindOf, UserError } from '../../errors.ts';
import type { Experiment } from '../../experiment.ts';
import { isPlainObject } from '../../literal.ts';
import { type Assignment, parseAssignment, setPath } from '../../search/override.ts';
import {
  createConfiguration,
  highestIndex,
  type NewConfiguration,
  sweepUnfinished,
  TakenError,
} from '../../storage/configuration.node.ts';
import { configurationSeed, configurationSource, LARGEST_INDEX } from '../../storage/configuration.ts';
import { readBytes } from '../../storage/disk.node.ts';
import { parseJson } from '../../storage/json.ts';
import { type StoredTrial, storedTrials } from '../../storage/trials.node.ts';
import { checkSameModule, counted, ranges, readNote, writeNote } from '../location.ts';
import { messageOf } from '../message.ts';
import { loadExperiment } from '../module.ts';
import { asNumber } from '../options.ts';
import { print, tell } from '../print.ts';

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
      if (existsSync(location) && !statSync(location).isDirectory()) {
        throw new UserError(`${location}: the location is a file; give a directory`);
      }
      const given = options.from === undefined ? undefined : readPars(options.from);
      const amount = readAmount(options, given);
      const overrides = (options.set ?? []).map(parseAssignment);
      const experiment = await loadExperiment(module);
      const seed = readSeed(options, location, module);
      await sweepUnfinished(location);
      const indices: number[] = [];
      while (indices.length < amount) {
        const source = { module, experiment, location, seed, overrides, from: options.from };
        const planned = await plan(source, amount - indices.length, given?.slice(indices.length));
        writeNote(location, module, seed);
        indices.push(...write(location, planned));
      }
      if (options.json) {
        const directories = indices.map((index) => join(location, `${index}`));
        print(`${JSON.stringify({ location, directories }, null, 2)}\n`);
      } else {
        print(`created ${counted(amount)} in ${location}: ${ranges(indices)}\n`);
      }
    });
}

function readAmount({ amount, from }: Options, given: readonly unknown[] | undefined): number {
  const number = amount === undefined ? (given?.length ?? 1) : asNumber('--amount', amount);
  if (given && given.length !== number) {
    throw new UserError(`--amount: ${from} has ${counted(given.length)}, got ${number}; leave it out`);
  }
  return number;
}

/** That of the location, if it has one. */
function readSeed({ seed }: Options, location: string, module: string): number {
  const note = existsSync(location) ? readNote(location) : undefined;
  if (note) checkSameModule(location, note, module);
  const number = seed === undefined ? (note?.seed ?? 0) : asNumber('--seed', seed, 0);
  if (note && number !== note.seed) {
    throw new UserError(`--seed: ${location} was begun with seed ${note.seed}, got ${number}; choose another location`);
  }
  return number;
}

function readPars(file: string): unknown[] {
  const bytes = readBytes(file);
  if (!bytes) throw new UserError(`--from: there is no file ${file}; give a JSON file with hyperparameters`);
  const given = parseJson(new TextDecoder().decode(bytes), file);
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new UserError(`--from: ${file} is an empty list; give one object or several`);
  return list;
}

/** What configurations are made from. */
interface Source {
  readonly module: string;
  readonly experiment: Experiment;
  readonly location: string;
  /** Of the experiment. */
  readonly seed: number;
  readonly overrides: readonly Assignment[];
  /** The file of the hyperparameters that are given instead of drawn. */
  readonly from: string | undefined;
}

/** The next configurations of a location. All are right or none: nothing is written before the last one is checked. */
async function plan(
  source: Source,
  amount: number,
  given: readonly unknown[] | undefined,
): Promise<NewConfiguration[]> {
  const { module, experiment, location, overrides, from } = source;
  const before = await highestIndex(location);
  if (before + amount > LARGEST_INDEX) {
    throw new UserError(`${join(location, `${before}`)}: there are no ${amount} numbers after this one; rename it`);
  }
  const all = given ?? (await draw(source, amount, before));
  return all.map((pars, i) => {
    const index = before + i + 1;
    const preamble = inFunction(module, 'preamble', () => experiment.preamble(index));
    try {
      if (!isPlainObject(pars)) {
        throw new UserError(`${from ?? 'drawPars'}: each configuration must be an object, got ${kindOf(pars)}`);
      }
      const configuration = {
        index,
        preamble,
        pars: overrides.reduce<object>(setPath, pars),
        seed: configurationSeed(source.seed, index),
      };
      configurationSource(preamble, configuration.pars, configuration.seed);
      return configuration;
    } catch (error) {
      if (!(error instanceof UserError) || amount === 1) throw error;
      throw new UserError(`configuration ${index}: ${error.message}`, error.exitCode, { cause: error });
    }
  });
}

async function draw({ module, experiment, location, seed }: Source, amount: number, index: number): Promise<unknown[]> {
  const history: StoredTrial[] = [];
  if (index > 0) for await (const trial of storedTrials(location)) history.push(trial);
  const context = {
    // What draws by `seed` alone must not draw the same again when more configurations are added.
    seed: index === 0 ? seed : configurationSeed(seed, index),
    experimentSeed: seed,
    index,
    history,
    notice: (line: string) => tell(`${module}: ${line}`),
  };
  const drawn = inFunction(module, 'drawPars', () => {
    const given: unknown = experiment.drawPars(amount, context);
    if (!isIterable(given)) {
      const kind = given instanceof Promise ? 'a promise' : kindOf(given);
      throw new UserError(`must give a list of ${amount} objects, got ${kind}`);
    }
    return take(given, amount);
  });
  if (drawn.length < amount) {
    throw new UserError(`${module}: drawPars gave ${counted(drawn.length)}, asked for ${amount}; lower --amount`);
  }
  return drawn;
}

/** Of an endless generator, too. */
function take<T>(items: Iterable<T>, amount: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === amount) break;
  }
  return taken;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Names the function of the experiment in which an error arose. */
function inFunction<T>(module: string, name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new UserError(`${module}: ${name}: ${messageOf(error)}`, 1, { cause: error });
  }
}

/** Writes all, or those before the first whose number somebody else has taken meanwhile. Gives their numbers. */
function write(location: string, configurations: readonly NewConfiguration[]): number[] {
  const written: number[] = [];
  for (const configuration of configurations) {
    try {
      createConfiguration(location, configuration);
    } catch (error) {
      if (error instanceof TakenError) break;
      throw error;
    }
    written.push(configuration.index);
  }
  return written;
}
