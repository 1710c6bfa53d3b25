// Conditions on trials, as in `optimizer.name == adam && (valLoss < 0.1 or not finished)`. They are read, never executed.
//
//   condition   = and { ('||' | 'or') and }
//   and         = not { ('&&' | 'and') not }
//   not         = ('!' | 'not') not | '(' condition ')' | comparison
//   comparison  = operand [ ('==' | '=' | '!=' | '<=' | '<' | '>=' | '>') operand ]
//   operand     = number | 'text' | "text" | word
//
// A word is the key of a field if there is such a key, and else a text; at least one side of a comparison is a key.

import { UserError } from '../errors.ts';
import { type Fields, resolveKey, unknownKey, type Value } from './fields.ts';

export type Condition = (fields: Fields) => boolean;

type Operand = { readonly key: string } | { readonly value: Value; readonly text: string };

/** null is what a trial has no value for. */
const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const comparisons: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '==': isEqual,
  '=': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<=': (a, b) => isEqual(a, b) || isLess(a, b),
  '<': isLess,
  '>=': (a, b) => isEqual(a, b) || isLess(b, a),
  '>': (a, b) => isLess(b, a),
};

const SPACE = /\s*/y;
const OPERATOR = /==|=|!=|<=|<|>=|>/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
const WORD = /-?[\p{L}\p{N}_$](?:[\p{L}\p{N}_$.:/\\-]|\[(?:\d+|"(?:[^"\\]|\\.)*")\])*/uy;

/** Deeper ones would exhaust the stack. */
const MOST_LEVELS = 256;

/**
 * @param keys those that fields may have
 * @param what names the text in errors
 * @throws UserError with the place of whatever is no condition, and on comparisons without any key
 */
export function parseCondition(text: string, keys: ReadonlySet<string>, what: string): Condition {
  return new ConditionReader(text, keys, what).read();
}

class ConditionReader {
  readonly #text: string;
  readonly #keys: ReadonlySet<string>;
  readonly #what: string;
  #at = 0;

  constructor(text: string, keys: ReadonlySet<string>, what: string) {
    this.#text = text;
    this.#keys = keys;
    this.#what = what;
  }

  read(): Condition {
    const condition = this.#either(0);
    if (this.#at < this.#text.length) throw this.#unexpected("'and', 'or' or the end");
    return condition;
  }

  #either(level: number): Condition {
    const parts = [this.#both(level)];
    while (this.#accept('||', 'or')) parts.push(this.#both(level));
    return (fields) => parts.some((part) => part(fields));
  }

  #both(level: number): Condition {
    const parts = [this.#single(level)];
    while (this.#accept('&&', 'and')) parts.push(this.#single(level));
    return (fields) => parts.every((part) => part(fields));
  }

  #single(level: number): Condition {
    if (level > MOST_LEVELS) throw this.#unexpected(`at most ${MOST_LEVELS} levels`);
    if (this.#accept('!', 'not')) {
      const negated = this.#single(level + 1);
      return (fields) => !negated(fields);
    }
    if (this.#accept('(')) {
      const inside = this.#either(level + 1);
      if (!this.#accept(')')) throw this.#unexpected("')'");
      return inside;
    }
    return this.#comparison();
  }

  #comparison(): Condition {
    this.#match(SPACE);
    const start = this.#at;
    const left = this.#operand();
    const operator = this.#match(OPERATOR);
    if (operator === undefined) {
      if (!('key' in left)) throw this.#noKey(left.text, start);
      return (fields) => Boolean(fields.get(left.key));
    }
    const right = this.#operand();
    if (!('key' in left || 'key' in right)) throw this.#noKey(left.text, start);
    const holds = comparisons[operator] ?? isEqual;
    return (fields) => {
      const [a, b] = [sideOf(left, fields), sideOf(right, fields)];
      return holds(asComparedWith(a, left, b), asComparedWith(b, right, a));
    };
  }

  #operand(): Operand {
    this.#match(SPACE);
    const number = this.#match(NUMBER);
    if (number !== undefined) return { value: Number(number), text: number };
    const quoted = this.#match(STRING);
    if (quoted !== undefined) {
      const text = quoted.slice(1, -1).replace(/\\(.)/g, '$1');
      return { value: text, text };
    }
    const word = this.#match(WORD);
    if (word === undefined) throw this.#unexpected('a key, a number or a text');
    const key = resolveKey(word, this.#keys);
    if (key !== undefined) return { key };
    return { value: constants.has(word) ? (constants.get(word) ?? null) : word, text: word };
  }

  /** Passes over one of these signs or words, if it comes next. */
  #accept(...tokens: readonly string[]): boolean {
    const start = this.#at;
    this.#match(SPACE);
    for (const token of tokens) {
      if (!this.#text.startsWith(token, this.#at)) continue;
      const after = this.#text.slice(this.#at + token.length);
      // `!=` is no negation, and `notes` no `not`.
      if (token === '!' ? after.startsWith('=') : /^\w/.test(token) && /^[\w.$[]/.test(after)) continue;
      this.#at += token.length;
      return true;
    }
    this.#at = start;
    return false;
  }

  /** Passes over what is there and the space behind it. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    SPACE.lastIndex = this.#at + found.length;
    this.#at = SPACE.lastIndex + (SPACE.exec(this.#text)?.[0].length ?? 0);
    return found;
  }

  #noKey(word: string, start: number): UserError {
    return unknownKey(`${this.#what}: ${this.#place(start)}`, word, this.#keys);
  }

  #unexpected(expected: string): UserError {
    const found = this.#text.slice(this.#at).match(/^.{1,40}/)?.[0];
    const got = found === undefined ? 'the end' : `'${found}'`;
    return new UserError(`${this.#what}: ${this.#place(this.#at)}: expected ${expected}, got ${got}`);
  }

  #place(at: number): string {
    return `character ${at + 1}`;
  }
}

function sideOf(operand: Operand, fields: Fields): Value {
  return 'key' in operand ? (fields.get(operand.key) ?? null) : operand.value;
}

/** What was written as 007 is the text '007' where it meets a text. */
function asComparedWith(value: Value, operand: Operand, other: Value): Value {
  return 'text' in operand && typeof other === 'string' ? operand.text : value;
}

function isEqual(a: Value, b: Value): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Numbers by size, texts by their characters; whatever else is neither less nor more. */
function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return typeof a === 'string' && typeof b === 'string' && a < b;
}
