// The text of a configuration, cfg.mjs: an executable module of a comment, `pars` and `seed`.

import { UserError } from '../errors.ts';
import { isPlainObject, toLiteral } from '../literal.ts';
import { uniform } from '../machine/scalar.ts';
import { LiteralReader } from '../parseLiteral.ts';

/** What a cfg.mjs says. */
export interface StoredConfiguration {
  readonly pars: Readonly<Record<string, unknown>>;
  /** A non-negative safe integer. */
  readonly seed: number;
}

/** Random numbers are counted by 32 bits. */
export const LARGEST_INDEX = 0xffff_ffff;

/** The seed of configuration `index` of an experiment: a random number below 2³². */
export function configurationSeed(experimentSeed: number, index: number): number {
  return Math.floor(uniform(experimentSeed, index, 'seed') * 0x1_0000_0000);
}

const SPACE = /\s*/y;
const LINE_COMMENT = /\/\/.*/y; // the dot stops at every character that ends a line in JavaScript
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;

/** Where in a text something is that is neither a comment nor white space, or -1. */
function outsideComments(text: string): number {
  for (let at = 0; ; ) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (at === text.length) return -1;
    const comment = [LINE_COMMENT, BLOCK_COMMENT].find((pattern) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!comment) return at;
    at = comment.lastIndex;
  }
}

/** @throws when it is no JavaScript comment */
function checkPreamble(preamble: unknown): asserts preamble is string {
  if (typeof preamble !== 'string') {
    throw new UserError(`preamble: must give a string, got ${typeof preamble}; give '' for none`);
  }
  const at = outsideComments(preamble);
  if (at < 0) return;
  const line = preamble.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/).length;
  const found = JSON.stringify(preamble.slice(at).match(/^.{1,40}/)?.[0] ?? '');
  const remedy = preamble.startsWith('/*', at) ? 'end it with */' : 'put it between /* and */, or // before it';
  throw new UserError(`preamble: must be a JavaScript comment, got ${found} in line ${line}; ${remedy}`);
}

/**
 * The text of a cfg.mjs.
 *
 * @throws when the preamble is no comment, when pars are no object or cannot be written (see `toLiteral`), when the seed
 * is not a non-negative safe integer
 */
export function configurationSource(preamble: string, pars: object, seed: number): string {
  checkPreamble(preamble);
  checkContents('drawPars', pars, seed);
  const comment = preamble.trim() === '' ? '' : `${preamble.trimEnd()}\n\n`;
  const lead = 'export const pars = ';
  return `${comment}${lead}${toLiteral(pars, 'pars', lead.length)};\n\nexport const seed = ${seed};\n`;
}

/** @throws when pars are no object or the seed is not a non-negative safe integer */
export function checkContents(
  where: string,
  pars: unknown,
  seed: unknown,
): asserts pars is Readonly<Record<string, unknown>> {
  if (!isPlainObject(pars)) {
    const got = Array.isArray(pars) ? 'a list' : pars === null ? 'null' : typeof pars;
    throw new UserError(`${where}: pars must be a plain object, got ${got}; write the parameters as { name: value }`);
  }
  if (!(typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0)) {
    throw new UserError(`${where}: seed must be a whole number from 0 to 2^53 - 1, got ${String(seed)}`);
  }
}

/**
 * What a cfg.mjs says, read without executing it: as `create` writes it, and as people change the values in it.
 *
 * @param name the file, for errors
 * @throws when it holds anything but comments and the two exports, when their values are no literals
 */
export function parseConfiguration(source: string, name: string): StoredConfiguration {
  const reader = new LiteralReader(source, name);
  const found: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const isPars = reader.accept('export', 'const', 'pars', '=');
    if (!isPars) reader.expect('export', 'const', 'seed', '=');
    found[isPars ? 'pars' : 'seed'] = reader.value();
    reader.accept(';');
  }
  const { pars, seed } = found;
  checkContents(name, pars, seed);
  return { pars, seed: Number(seed) };
}

/** Beginnings of lines that export: those of the module itself, or lines of its comment, where nothing depends on them. */
const EXPORTS = /^export const (?=(?:pars|seed) = )/gm;

/** Executes what `configurationSource` gave: no text of anybody else. */
export function evaluateSource(source: string): unknown {
  return new Function(`'use strict';\n${source.replace(EXPORTS, 'const ')}return { pars, seed };`)();
}
