// Sets of configurations in the browser's storage: each is a location, as `alc create` would make it.

import { sample } from 'alchemie';
import {
  configurationSeed,
  type Files,
  hex,
  type Json,
  LocationInBrowser,
  numberFrom,
  openFiles,
  readZip,
  sha256,
  type TrialInLocation,
  UserError,
} from 'alchemie/browser';
import { zipSync } from 'fflate';
import { experimentOf, idOfModule } from './experiments.ts';
import type { LogLine, SetChoice, SetFacts, TrialFacts, TrialState } from './messages.ts';
import { changedPars, changedSpace, fieldsOf, valuesAt } from './space.ts';

const FOLDER = 'runs';

let opened: Promise<Files> | undefined;

/** The browser's files, opened once. */
export function files(): Promise<Files> {
  opened ??= openFiles();
  return opened;
}

export async function locationOf(name: string): Promise<LocationInBrowser> {
  return new LocationInBrowser(await files(), `${FOLDER}/${name}`);
}

/** One name for one choice. */
function nameOf({ experiment, seed, space }: SetChoice): string {
  const changes = Object.entries(space).sort(([a], [b]) => (a < b ? -1 : 1));
  const name = `${experiment}-${seed}`;
  if (changes.length === 0) return name;
  return `${name}-${hex(sha256([new TextEncoder().encode(JSON.stringify(changes))])).slice(0, 8)}`;
}

export async function openSet(choice: SetChoice): Promise<SetFacts> {
  return readSet(nameOf(choice), choice);
}

export async function openByName(name: string): Promise<SetFacts> {
  const note = await (await locationOf(name)).note();
  const experiment = idOfModule(note?.module ?? '');
  if (!note || experiment === undefined) throw new UserError(`${name}: there is no such set in this browser`);
  return readSet(name, { experiment, seed: note.seed, space: note.space });
}

async function readSet(name: string, choice: SetChoice): Promise<SetFacts> {
  const location = await locationOf(name);
  const indices = await location.indices();
  return { name, choice, trials: await Promise.all(indices.map((index) => readTrial(name, index, choice.experiment))) };
}

export async function listSets(): Promise<{ name: string; choice: SetChoice; trials: number }[]> {
  const names = await (await files()).list(FOLDER);
  const found = await Promise.all(
    names.map(async (name) => {
      const location = await locationOf(name);
      const note = await location.note();
      const experiment = idOfModule(note?.module ?? '');
      if (!note || experiment === undefined) return [];
      const trials = (await location.indices()).length;
      return [{ name, choice: { experiment, seed: note.seed, space: note.space }, trials }];
    }),
  );
  return found.flat().filter(({ trials }) => trials > 0);
}

/** Draws more configurations: those that `alc create` with the same module and seed would draw. */
export async function create(choice: SetChoice, name: string, amount: number): Promise<SetFacts> {
  const { module, experiment, space, files: texts } = experimentOf(choice.experiment);
  const location = await locationOf(name);
  const before = (await location.indices()).at(-1) ?? 0;
  const from = {
    seed: before === 0 ? choice.seed : configurationSeed(choice.seed, before),
    experimentSeed: choice.seed,
    index: before,
  };
  const drawn = sample(changedSpace(space, choice.space), amount, from);
  await location.begin({ module, seed: choice.seed, space: choice.space }, texts);
  for (const [i, pars] of drawn.entries()) {
    const index = before + i + 1;
    const configuration = { preamble: experiment.preamble(index), pars, seed: configurationSeed(choice.seed, index) };
    await location.create(configuration, index);
  }
  return readSet(name, choice);
}

export async function fork(
  name: string,
  from: number,
  checkpoint: number,
  changes: Readonly<Record<string, string>>,
): Promise<TrialFacts> {
  const location = await locationOf(name);
  const { experiment } = await openNote(location);
  const index = ((await location.indices()).at(-1) ?? 0) + 1;
  const { pars, seed } = await location.configuration(from);
  const preamble = `/* from checkpoint ${checkpoint} of configuration ${from} */`;
  await location.fork(from, checkpoint, index, { preamble, pars: changedPars(pars, changes), seed });
  return readTrial(name, index, experiment);
}

async function openNote(location: LocationInBrowser): Promise<SetChoice> {
  const note = await location.note();
  const experiment = idOfModule(note?.module ?? '');
  if (!note || experiment === undefined)
    throw new UserError(`${location.path}: it does not say whose configurations it has`);
  return { experiment, seed: note.seed, space: note.space };
}

export async function readTrial(name: string, index: number, experiment?: string): Promise<TrialFacts> {
  const location = await locationOf(name);
  const id = experiment ?? (await openNote(location)).experiment;
  const checkpoints = await location.trial(index).checkpointNumbers();
  return factsOf(await location.read(index), id, checkpoints);
}

function factsOf(trial: TrialInLocation, experiment: string, checkpoints: readonly number[]): TrialFacts {
  const { index, seed, pars, run, report } = trial;
  const log = trial.log.map(lineOf);
  const { lineage } = run;
  const runs: readonly Json[] = Array.isArray(lineage) ? lineage : [];
  const newest = runs.at(-1);
  const error = stateOf(trial) === 'failed' && newest ? Reflect.get(Object(newest), 'error') : undefined;
  return {
    index,
    seed,
    state: stateOf(trial),
    pars: valuesAt(pars, fieldsOf(experimentOf(experiment).space)),
    log,
    step: Math.max(log.at(-1)?.step ?? 0, ...runs.map(stepOf)),
    bestLoss: trial.log.at(-1)?.bestLoss ?? Number.POSITIVE_INFINITY,
    sha256: trial.isOver && typeof run.sha256 === 'string' ? run.sha256 : null,
    seconds: numberFrom(run.seconds) ?? 0,
    checkpoints,
    report: report ?? null,
    ...(typeof error === 'string' && { error }),
  };
}

/** At the end of a run of the lineage. */
function stepOf(run: Json): number {
  const step: unknown = Reflect.get(Object(run), 'step');
  return typeof step === 'number' ? step : 0;
}

function stateOf({ isOver, log, run }: TrialInLocation): TrialState {
  if (isOver) return run.state === 'diverged' ? 'diverged' : 'finished';
  if (run.state === 'failed') return 'failed';
  // One whose tab was closed in the midst has not said so.
  return log.length > 0 || run.state !== undefined ? 'interrupted' : 'new';
}

export function lineOf(info: Readonly<Record<string, unknown>>): LogLine {
  const number = (key: string): number => (typeof info[key] === 'number' ? info[key] : Number.NaN);
  return { step: number('step'), trainLoss: number('trainLoss'), valLoss: number('valLoss') };
}

/** A zip archive of a directory of the set's name. */
export async function pack(name: string, indices: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
  const found = await (await locationOf(name)).files(indices);
  return new Uint8Array(zipSync(Object.fromEntries([...found].map(([path, bytes]) => [`${name}/${path}`, bytes]))));
}

/**
 * Takes up an archive: of a location, or of the directory of one configuration.
 *
 * @param given the archive's name
 * @param fallback what it is of if it does not say so
 */
export async function unpack(archive: Uint8Array, given: string, fallback: SetChoice): Promise<SetFacts> {
  const entries = await readZip(archive, given);
  const configurations = [...entries.keys()].filter((path) => /(^|\/)cfg\.mjs$/.test(path));
  if (configurations.length === 0) throw new UserError(`${given}: no configuration is in it; it must hold a cfg.mjs`);
  const texts = (path: string) => entries.get(path) && new TextDecoder().decode(entries.get(path));
  const folders = configurations.map((path) => path.slice(0, -'cfg.mjs'.length));
  const root = folders[0]?.replace(/\d+\/$/, '') ?? '';
  const note = texts(`${root}experiment.json`);
  const { module, seed, space } = note === undefined ? {} : Object(JSON.parse(note));
  const experiment = idOfModule(String(module)) ?? fallback.experiment;
  const choice: SetChoice = {
    experiment,
    seed: typeof seed === 'number' ? seed : fallback.seed,
    space: typeof space === 'object' && space !== null ? space : {},
  };
  const taken = await (await files()).list(FOLDER);
  const wanted = (root.split('/').at(-2) ?? given.replace(/\.zip$/i, '')).replace(/[^\w-]+/g, '-') || nameOf(choice);
  let name = wanted;
  for (let i = 2; taken.includes(name); i++) name = `${wanted}-${i}`;
  const known = experimentOf(experiment);
  const location = await locationOf(name);
  await location.begin({ module: known.module, ...choice }, known.files);
  for (const [i, folder] of folders.entries()) {
    const index = Number(/(\d+)\/$/.exec(folder)?.[1] ?? i + 1);
    const own = [...entries].filter(([path]) => path.startsWith(folder));
    await location.put(index, new Map(own.map(([path, bytes]) => [path.slice(folder.length), bytes])));
  }
  return readSet(name, choice);
}
