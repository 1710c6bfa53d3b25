// `alc export`: what was run, in the formats of other programs.

import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CAC } from 'cac';
import type { Format, OutputFile } from '../../analysis/exports/format.ts';
import * as formats from '../../analysis/exports/index.ts';
import { type LoggedTrial, longTable, wideTable } from '../../analysis/table.ts';
import { pick } from '../../catalogue.ts';
import { quote, UserError } from '../../errors.ts';
import { commit } from '../../storage/commit.node.ts';
import { isConfiguration } from '../../storage/configuration.node.ts';
import { diskError, makeDirectory } from '../../storage/disk.node.ts';
import { stringify } from '../../storage/json.ts';
import { readTrialLog, type StoredTrial, storedTrial, storedTrials } from '../../storage/trials.node.ts';
import { bestParameters } from '../best.ts';
import { checkLocation, counted, noConfigurations } from '../location.ts';
import { withPrediction } from '../predictor.ts';
import { print, tell } from '../print.ts';

interface ExportOptions {
  readonly to?: string;
  readonly out?: string;
  readonly long?: boolean;
  readonly wide?: boolean;
  readonly module?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** What is exported, and where it goes by default. */
interface Export {
  readonly files: Iterable<OutputFile>;
  /** Of the file, or of the folder. */
  readonly path: string;
  readonly isFolder?: boolean;
  /** What it holds, in words. */
  readonly content: string;
}

export function exportTo(cli: CAC): void {
  const names = Object.keys(formats).join(', ');
  cli
    .command('export <location>', 'Write tables, studies, event files, or the best parameters of a configuration')
    .usage(
      'export <location> --to <format> [--long] [--out <path>]  or  alc export <location>/<i> --to <format> [--out <path>]',
    )
    .option('--to <format>', `One of ${names}`)
    .option('--out <path>', 'The file or folder that is written; default: in the location')
    .option('--wide', 'Of a table: one row per configuration; this is the default')
    .option('--long', 'Of a table: one row per line of the logs')
    .option('--module <file>', 'Of onnx: the experiment; default: the one that create has noted')
    .option('--data <folder>', 'Of onnx: where the experiment finds its data')
    .option('--json', 'Print what was written as JSON')
    .action(async (location: string, options: ExportOptions) => {
      checkLocation(location);
      const format = formatOf(options);
      const made = await exportOf(location, format, options);
      const path = options.out ?? made.path;
      let count = 0;
      for (const { path: name, chunks } of made.files) {
        if (made.isFolder) writeAmong(join(path, name), chunks);
        else write(path, chunks);
        count++;
      }
      const { content } = made;
      const files = made.isFolder ? `, ${count} files` : '';
      print(options.json ? `${stringify({ path, files: count, content }, 2)}\n` : `${path}: ${content}${files}\n`);
    });
}

function formatOf({ to, long, wide }: ExportOptions): Format {
  const names = Object.keys(formats).join(', ');
  if (to === undefined) throw new UserError(`alc export: the format is missing; add --to with one of ${names}`);
  if (!Object.hasOwn(formats, to)) throw new UserError(`--to: unknown format, got '${quote(to)}'; there are ${names}`);
  if (long && wide) throw new UserError('--long: is the opposite of --wide; give one of them');
  const format = pick('export', formats, to);
  if ((long || wide) && !format.table) throw new UserError(`--${long ? 'long' : 'wide'}: ${to} is no format of tables`);
  return format;
}

async function exportOf(location: string, format: Format, options: ExportOptions): Promise<Export> {
  const isOne = isConfiguration(location);
  const isTable = (options.long || options.wide) ?? false;
  if (isOne && !isTable && (format.parameters || format.graph)) {
    const best = bestParameters(location);
    const { parameters, facts } = best;
    const { graph } = format;
    const chunks = graph
      ? await withPrediction(location, options, best, (prediction) => graph(prediction, facts))
      : format.parameters?.(parameters, facts);
    return {
      files: [{ path: '', chunks: chunks ?? [] }],
      path: join(location, `best.${format.ending}`),
      content: `the best parameters, of step ${facts.step}, validation loss ${facts.bestLoss}`,
    };
  }
  const trials = await loggedTrials(location, isOne);
  const name = basename(resolve(location));
  const content = counted(trials.length);
  if (format.table) {
    const shape = options.long ? 'long' : 'wide';
    const table = options.long ? longTable(trials) : wideTable(trials);
    return {
      files: [{ path: '', chunks: await format.table(table) }],
      path: join(location, `${shape}.${format.ending}`),
      content: `${content}, ${counted(table.rows, 'row')} of ${counted(table.columns.length, 'column')}`,
    };
  }
  if (format.study) {
    const path = join(location, `${options.to}.${format.ending}`);
    return { files: [{ path: '', chunks: format.study(trials, name) }], path, content };
  }
  if (format.folder) {
    const path = options.out ?? join(location, `${options.to}`);
    return { files: format.folder(trials, name, pathToFileURL(path).href), path, isFolder: true, content };
  }
  throw new UserError(
    `--to ${options.to}: is made of one configuration, got a location; name one, as ${join(location, '1')}`,
  );
}

/** Those of a location, or one; what is wrong with one of them is told, and the others are exported. */
async function loggedTrials(location: string, isOne: boolean): Promise<LoggedTrial[]> {
  const trials: LoggedTrial[] = [];
  const add = (trial: StoredTrial): void => {
    for (const wrong of [trial.damage, trial.unreadable]) if (wrong !== undefined) tell(wrong);
    trials.push({ ...trial, readLog: () => logUpTo(trial) });
  };
  if (isOne) add(storedTrial(resolve(location)));
  else for await (const trial of storedTrials(location)) add(trial);
  if (trials.length === 0) {
    throw noConfigurations(location);
  }
  return trials;
}

/** The log as it was when the trial was read, though it may have grown since; of a damaged one nothing. */
function logUpTo({ directory, step, damage }: StoredTrial): ReturnType<typeof readTrialLog> {
  if (damage !== undefined || step === null) return [];
  return readTrialLog(directory).filter((info) => info.step <= step);
}

function write(path: string, chunks: Iterable<Uint8Array>): void {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new UserError(`--out: ${path} is a folder; give the path of the file`);
  }
  makeFolder(dirname(path));
  commit(path, chunks);
}

/** One of thousands of files: forcing each to the disk would take longer than all the rest. */
function writeAmong(path: string, chunks: Iterable<Uint8Array>): void {
  makeFolder(dirname(path));
  try {
    writeFileSync(path, Buffer.concat([...chunks]));
  } catch (error) {
    throw diskError(path, 'written', error);
  }
}

function makeFolder(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    throw diskError(path, 'written', error);
  }
}
