// A location in a browser's storage: the directory that `alc create` makes, with the module and its files in it, so that a copy
// of it on disk can be run by `alc run` as it is.

import { UserError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import type { Info } from '../trainable.ts';
import { configurationSource, parseConfiguration, type StoredConfiguration } from './configuration.ts';
import { isJsonObject, type Json, parseJson, parseLog, stringify } from './json.ts';
import { TrialInBrowser } from './trial.browser.ts';
import { CHECKPOINT, CONFIGURATION, LAST_REPORT, LOG, numbersIn, REPORT, RUN_RECORD } from './trialFiles.ts';

const NOTE = 'experiment.json';
const INDEX = /^([1-9]\d{0,14})$/;

/** Whether it is the name of a trial's file; anything else in a copy of one is left out. */
function isKnown(name: string): boolean {
  return [CONFIGURATION, LOG, RUN_RECORD, LAST_REPORT].includes(name) || REPORT.test(name) || CHECKPOINT.test(name);
}

export interface LocationNote {
  /** The module, relative to the location. */
  readonly module: string;
  /** Of the experiment. */
  readonly seed: number;
  /** Changes of the search space: sources of values by path. */
  readonly space: Readonly<Record<string, string>>;
}

export interface NewTrial {
  readonly preamble: string;
  readonly pars: object;
  readonly seed: number;
}

/** All that its small files say of a trial. */
export interface TrialInLocation extends StoredConfiguration {
  readonly index: number;
  readonly log: readonly Info[];
  /** The content of run.json. */
  readonly run: { readonly [key: string]: Json };
  /** Whether there is a final report. */
  readonly isOver: boolean;
  readonly report: Json | undefined;
}

export class LocationInBrowser {
  readonly path: string;
  readonly #files: Files;

  constructor(files: Files, path: string) {
    this.path = path;
    this.#files = files;
  }

  async note(): Promise<LocationNote | undefined> {
    const text = await this.#text(NOTE);
    const note = text === undefined ? undefined : parseJson(text, this.#at(NOTE));
    if (note === undefined) return undefined;
    if (isJsonObject(note) && typeof note.module === 'string' && typeof note.seed === 'number') {
      const { module, seed, space } = note;
      return { module, seed, space: isJsonObject(space) ? textsOf(space) : {} };
    }
    throw new UserError(`${this.#at(NOTE)}: must have a module and a seed`);
  }

  /** Notes what the location is of, and keeps the texts of the module and of what it imports, by name. */
  async begin(note: LocationNote, moduleFiles: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(moduleFiles)) await this.#write(name, text);
    await this.#write(NOTE, `${stringify(note, 2)}\n`);
  }

  /** The numbers of its trials, ascending. */
  async indices(): Promise<number[]> {
    return numbersIn(await this.#files.list(this.path), INDEX);
  }

  /** Writes a configuration, and gives its number. */
  async create({ preamble, pars, seed }: NewTrial, index: number): Promise<void> {
    await this.#write(`${index}/${CONFIGURATION}`, configurationSource(preamble, pars, seed));
  }

  trial(index: number): TrialInBrowser {
    return new TrialInBrowser(this.#files, this.#at(`${index}`));
  }

  async configuration(index: number): Promise<StoredConfiguration> {
    const name = `${index}/${CONFIGURATION}`;
    const text = await this.#text(name);
    if (text === undefined) throw new UserError(`${this.#at(name)}: there is no such configuration`);
    return parseConfiguration(text, this.#at(name));
  }

  async read(index: number): Promise<TrialInLocation> {
    const configuration = await this.configuration(index);
    const log = (await this.#text(`${index}/${LOG}`)) ?? '';
    const { run } = await this.trial(index).readRun();
    const report = await this.trial(index).readReport('last');
    return {
      ...configuration,
      index,
      log: parseLog(log.slice(0, log.lastIndexOf('\n') + 1), this.#at(`${index}/${LOG}`)),
      run: isJsonObject(run) ? run : {},
      isOver: report !== undefined,
      report,
    };
  }

  /**
   * A new trial that begins where another one was: it gets that one's log and the bytes of a checkpoint, and may have other pars.
   * It is continued with `acceptChanged`.
   */
  async fork(from: number, checkpoint: number, index: number, configuration: NewTrial): Promise<void> {
    const name = (of: number, number: number): string => `${of}/checkpoint-${number}.safetensors`;
    for (const [source, target] of [
      [name(from, checkpoint), name(index, 1)],
      [`${from}/${LOG}`, `${index}/${LOG}`],
    ] as const) {
      const bytes = await this.#files.read(this.#at(source));
      if (bytes) await this.#files.write(this.#at(target), [bytes]);
    }
    await this.create(configuration, index);
  }

  /** All files of the location and of some of its trials, by their paths in it. */
  async files(indices: readonly number[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const add = async (path: string): Promise<void> => {
      const bytes = await this.#files.read(this.#at(path));
      if (bytes) found.set(path, bytes);
    };
    for (const name of await this.#files.list(this.path)) if (!INDEX.test(name)) await add(name);
    for (const index of indices) {
      const names = await this.#files.list(this.#at(`${index}`));
      for (const name of names) if (isKnown(name)) await add(`${index}/${name}`);
    }
    return found;
  }

  /** Puts a trial into the location: what is known of the files of its directory, by name. */
  async put(index: number, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const source = files.get(CONFIGURATION);
    if (!source) throw new UserError(`${index}: has no ${CONFIGURATION}`);
    parseConfiguration(new TextDecoder().decode(source), `${index}/${CONFIGURATION}`);
    for (const [name, bytes] of files) {
      if (isKnown(name)) await this.#files.write(this.#at(`${index}/${name}`), [bytes]);
    }
  }

  async remove(): Promise<void> {
    await this.#files.remove(this.path);
  }

  #at(name: string): string {
    return `${this.path}/${name}`;
  }

  async #text(name: string): Promise<string | undefined> {
    const bytes = await this.#files.read(this.#at(name));
    return bytes && new TextDecoder().decode(bytes);
  }

  #write(name: string, text: string): Promise<void> {
    return this.#files.write(this.#at(name), [new TextEncoder().encode(text)]);
  }
}

function textsOf(object: { readonly [key: string]: Json }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
