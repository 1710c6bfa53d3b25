// Catalogues are module namespaces: the name of a thing is the name of its export. Here names and
// options from configurations are looked up and checked.

import { kindOf, quote } from './errors.ts';

/** Finds `name` among the exports of a catalogue. */
export function pick<Entry>(kind: string, catalogue: Readonly<Record<string, Entry>>, name: string): Entry {
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (entry === undefined) {
    throw new Error(`${kind}: unknown name, got '${name}'; known are ${Object.keys(catalogue).join(', ')}`);
  }
  return entry;
}

/** What may stand in a configuration for an entry of a catalogue of functions of options. */
export type Configuration<Catalogue> = {
  [Name in keyof Catalogue]: Catalogue[Name] extends (options: infer Options) => unknown
    ? { readonly name: Name } & Options
    : never;
}[keyof Catalogue];

/** Calls the entry that `name` says with the other fields of a configuration as its options. */
export function configure<Made>(
  kind: string,
  catalogue: Readonly<Record<string, (options: never) => Made>>,
  configuration: { readonly name: string },
): Made {
  if (typeof configuration?.name !== 'string') {
    throw new Error(
      `${kind}: expected an object with a name, as { name: '${Object.keys(catalogue)[0]}' }, got ${show(configuration)}`,
    );
  }
  const { name, ...options } = configuration;
  // Which options belong to which name is checked by the entry itself: see `settle`.
  return pick(kind, catalogue, name)(options as never);
}

/** Options of which those with a default are there. */
export type Settled<Given, Defaults> = Given & {
  readonly [Option in keyof Defaults as undefined extends Defaults[Option] ? never : Option]: Option extends keyof Given
    ? Exclude<Given[Option], undefined>
    : Defaults[Option];
};

/** Errors are plain ones unless the caller makes others. */
const plainError = (message: string): Error => new Error(message);

/**
 * Options with defaults for those that are absent. Numbers must not be NaN, and where the default is a number, a text
 * or a truth value, so must be what is given. Instead of a number there may be an object with a name, as a schedule is;
 * instead of a text, which is mostly a name, an object or a function, as what the name stands for is.
 *
 * @param complain makes the error out of what is wrong
 * @throws on what is no object, on an option that is not among the defaults and not required, and on a required one that
 * is absent
 */
export function settle<Given extends object, Defaults extends object>(
  what: string,
  given: Given,
  defaults: Defaults,
  required?: readonly (keyof Given & string)[],
  complain?: (message: string) => Error,
): Settled<Given, Defaults>;
export function settle(
  what: string,
  given: object,
  defaults: object,
  required: readonly string[] = [],
  complain = plainError,
): object {
  const known = [...required, ...Object.keys(defaults)];
  const names = known.join(', ') || 'none';
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw complain(`${what}: expected an object with options, got ${show(given)}; known are ${names}`);
  }
  for (const [option, value] of Object.entries(given)) {
    if (!known.includes(option)) {
      throw complain(`${what}: unknown option, got '${option}'; known are ${names}`);
    }
    if (Number.isNaN(value)) throw complain(`${what}: ${option} must be a number, got NaN`);
    const standard: unknown = Reflect.get(defaults, option);
    const expected = typeof standard;
    const fits = typeof value === expected || (expected === 'number' ? hasName(value) : isThing(value));
    if (expected !== 'undefined' && value !== undefined && !fits) {
      throw complain(`${what}: ${option} must be a ${Array.isArray(standard) ? 'list' : expected}, got ${show(value)}`);
    }
  }
  for (const option of required) {
    if (Reflect.get(given, option) === undefined) throw complain(`${what}: option '${option}' is missing`);
  }
  const settled = { ...defaults, ...given };
  for (const [option, value] of Object.entries(defaults)) {
    if (Reflect.get(settled, option) === undefined) Reflect.set(settled, option, value);
  }
  return settled;
}

function isThing(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

function hasName(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** A value as errors show it, short whatever it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.some(isThing) ? 'a list' : `the list [${quote(value.map(String).join(', '))}]`;
  if (typeof value === 'string') return `'${quote(value)}'`;
  if (!isThing(value)) return String(value);
  const kind = kindOf(value);
  const options = Object.keys(value);
  return kind === 'an object' && options.length > 0 ? `an object with ${quote(options.join(', '))}` : kind;
}

/** @param what names the function in errors */
export function checkNumbers(what: string, options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new Error(`${what}: ${option} must be a number, got ${show(value)}`);
    }
  }
}

/** @param what names the function in errors */
export function checkPositive(what: string, option: string, value: number): void {
  if (!(typeof value === 'number' && value > 0)) {
    throw new Error(`${what}: ${option} must be positive, got ${show(value)}`);
  }
}

/** @param what names the function in errors */
export function checkNotNegative(what: string, options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!(typeof value === 'number' && value >= 0)) {
      throw new Error(`${what}: ${option} must be a number from 0 on, got ${show(value)}`);
    }
  }
}

/**
 * @param what names the function in errors
 * @throws unless all of them, or all in a list, are positive whole numbers
 */
export function checkSizes(what: string, sizes: Readonly<Record<string, unknown>>): void {
  for (const [option, size] of Object.entries(sizes)) {
    for (const value of [size].flat()) {
      if (!(typeof value === 'number' && Number.isInteger(value) && value > 0)) {
        throw new Error(`${what}: ${option} must be positive whole numbers, got ${show(value)}`);
      }
    }
  }
}

/** @param what names the function in errors */
export function checkOneOf(what: string, option: string, value: unknown, known: readonly string[]): void {
  if (!known.some((one) => one === value)) {
    throw new Error(`${what}: ${option} must be ${known.map((one) => `'${one}'`).join(' or ')}, got ${show(value)}`);
  }
}
