// Reads what stands on the command line, by what the commands declare. Texts stay texts: `007` is a folder like any other.

import { parseArgs } from 'node:util';
import type { CAC, Command } from 'cac';
import { closest } from '../closest.ts';
import { UserError } from '../errors.ts';

export interface Arguments {
  /** Absent if the first word names none. */
  readonly command?: Command;
  /** The command's arguments; all words where there is no command. */
  readonly words: readonly string[];
  /** By their names in camelCase: true, a text, or a list of texts where an option may be given several times. */
  readonly options: Readonly<Record<string, unknown>>;
}

type Option = Command['options'][number];

/**
 * @param args what follows `alc`
 * @throws on options that are unknown, lack a value or have one too many, and on a wrong number of arguments unless
 *   help is asked for
 */
export function readArguments(cli: CAC, args: readonly string[]): Arguments {
  // Which words are values of options depends on the command, and which word is the command on the values of options.
  for (const command of cli.commands) {
    const { words, given } = tokens(args, [...cli.globalCommand.options, ...command.options]);
    const [name, ...rest] = words;
    if (name === undefined || !command.isMatched(name)) continue;
    const options = readOptions(`alc ${name}`, given, [...cli.globalCommand.options, ...command.options]);
    if (!options.help && !options.version) checkNumber(command, rest);
    return { command, words: rest, options };
  }
  const { words, given } = tokens(args, cli.globalCommand.options);
  // An option of an unknown command is not what is wrong.
  return { words, options: words.length > 0 ? {} : readOptions('alc', given, cli.globalCommand.options) };
}

interface Given {
  /** As it was written, e.g. `--time-limit` or `-h`. */
  readonly rawName: string;
  readonly name: string;
  readonly value: string | undefined;
}

function tokens(args: readonly string[], options: readonly Option[]): { words: string[]; given: Given[] } {
  const known = options.map((option) => {
    const short = option.names.find((name) => name.length === 1);
    return [
      dashed(option.name),
      { type: option.isBoolean ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
    ];
  });
  const parsed = parseArgs({ args: [...args], options: Object.fromEntries(known), strict: false, tokens: true });
  const words: string[] = [];
  const given: Given[] = [];
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    // What looks like the next option is no value unless an equals sign says so.
    const isValue = token.inlineValue || !token.value?.startsWith('--');
    given.push({ rawName: token.rawName, name: token.name, value: isValue ? token.value : undefined });
  }
  return { words, given };
}

function readOptions(where: string, given: readonly Given[], options: readonly Option[]): Record<string, unknown> {
  for (const { name, rawName } of given) {
    if (options.some((option) => dashed(option.name) === name)) continue;
    const meant = closest(
      name,
      options.map((option) => dashed(option.name)),
    );
    throw new UserError(
      `${where}: unknown option '${rawName}'; ${meant ? `did you mean --${meant}?` : `see ${where} --help`}`,
    );
  }
  const values = options.map((option) => {
    const own = given.filter(({ name }) => name === dashed(option.name));
    return [option.name, own.length === 0 ? option.config.default : readValue(where, option, own)];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function readValue(where: string, { rawName, isBoolean, config }: Option, given: readonly Given[]): unknown {
  if (isBoolean) {
    const value = given.find(({ value }) => value !== undefined)?.value;
    if (value === undefined) return true;
    throw new UserError(`${where}: ${rawName} takes no value, got '${value}'; leave it out`);
  }
  const texts = given.flatMap(({ value }) => value || []);
  if (texts.length < given.length) {
    throw new UserError(`${where}: the value of ${rawName} is missing; see ${where} --help`);
  }
  // cac's sign of an option that may be given several times.
  if (Array.isArray(config.type)) return texts;
  if (texts.length > 1) {
    throw new UserError(
      `${where}: ${rawName} is given ${texts.length} times, got '${texts.join("' and '")}'; choose one`,
    );
  }
  return texts[0];
}

function checkNumber({ name, args, usageText, rawName }: Command, words: readonly string[]): void {
  const usage = `write alc ${usageText ?? rawName}`;
  const missing = args.filter(({ required }) => required)[words.length];
  if (missing) throw new UserError(`alc ${name}: <${missing.value}> is missing; ${usage}`);
  const empty = words.findIndex((word) => word.trim() === '');
  if (empty >= 0) throw new UserError(`alc ${name}: argument ${empty + 1} is empty; ${usage}`);
  if (words.length > args.length && !args.some(({ variadic }) => variadic)) {
    throw new UserError(`alc ${name}: one argument too many, got '${words[args.length]}'; ${usage}`);
  }
}

/** `time-limit` for `timeLimit`. */
function dashed(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
