// A location holds the configurations of one experiment, and a note of which: experiment.json.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { quote, UserError } from '../errors.ts';
import { commit } from '../storage/commit.node.ts';
import { isConfiguration } from '../storage/configuration.node.ts';
import { diskError, makeDirectory, readBytes } from '../storage/disk.node.ts';
import { isJsonObject, parseJson, stringify } from '../storage/json.ts';

export interface ExperimentNote {
  /** Relative to the location, so that both can be moved together. */
  readonly module: string;
  /** Of the experiment; each configuration has its own, drawn from it. */
  readonly seed: number;
}

const NOTE = 'experiment.json';

export function checkLocation(location: string): void {
  if (!existsSync(location)) {
    throw new UserError(`${location}: there is no such location; create configurations first with alc create`);
  }
  if (!statSync(location).isDirectory()) {
    throw new UserError(`${location}: the location is a file; give a directory`);
  }
}

/** @throws when it is anything but a configuration's directory */
export function checkConfiguration(directory: string): void {
  checkLocation(directory);
  if (isConfiguration(directory)) return;
  throw new UserError(`${directory}: is no configuration; name one, e.g. ${join(directory, '1')}`);
}

/** @throws where nothing can be written: better now than after hours of training */
export function checkWritable(directory: string): void {
  try {
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw diskError(directory, 'written', error);
  }
}

export function isWritable(directory: string): boolean {
  try {
    checkWritable(directory);
    return true;
  } catch {
    return false;
  }
}

/** `1 configuration`, `2 configurations` */
export function counted(n: number, what = 'configuration'): string {
  return `${n} ${n === 1 ? what : `${what}s`}`;
}

/** `1 to 3, 5` for 1, 2, 3, 5. */
export function ranges(indices: readonly number[]): string {
  const firsts = indices.filter((index, i) => index !== (indices[i - 1] ?? Number.NaN) + 1);
  const lasts = indices.filter((index, i) => index !== (indices[i + 1] ?? Number.NaN) - 1);
  return firsts.map((first, i) => (first === lasts[i] ? `${first}` : `${first} to ${lasts[i]}`)).join(', ');
}

/** @param module as far as it is known */
export function noConfigurations(location: string, module = '<module>'): UserError {
  return new UserError(`${location}: there are no configurations; make some with alc create ${module} ${location}`);
}

export function readNote(location: string): ExperimentNote | undefined {
  const path = join(location, NOTE);
  const bytes = readBytes(path);
  if (!bytes) return undefined;
  const note = parseJson(new TextDecoder().decode(bytes), path);
  if (isJsonObject(note)) {
    const { module, seed } = note;
    if (typeof module === 'string' && typeof seed === 'number') return { module, seed };
  }
  throw new UserError(`${path}: must have a module and a seed; mend it, or remove it and name the module`);
}

export function writeNote(location: string, module: string, seed: number): void {
  const note = { module: relative(resolve(location), resolve(module)).replaceAll('\\', '/'), seed };
  try {
    makeDirectory(location);
  } catch (error) {
    throw diskError(location, 'written', error);
  }
  commit(join(location, NOTE), [new TextEncoder().encode(`${stringify(note, 2)}\n`)]);
}

/** The configurations of a location are of one experiment: another would be run with what it did not draw. */
export function checkSameModule(location: string, note: ExperimentNote, module: string): void {
  if (resolve(location, note.module) === resolve(module)) return;
  throw new UserError(
    `${location}: holds configurations of ${quote(note.module)}, got ${module}; choose another location`,
  );
}

/** The module that was noted for a location, or for the location of a configuration. */
export function notedModule(directory: string): string {
  for (const location of [directory, dirname(resolve(directory))]) {
    const note = existsSync(location) && statSync(location).isDirectory() ? readNote(location) : undefined;
    if (note) return isAbsolute(note.module) ? note.module : relative(process.cwd(), resolve(location, note.module));
  }
  throw new UserError(`${directory}: no module is noted here; give it first: alc run <module> ${directory}`);
}
