// Reads back what `toLiteral` writes, without executing it: values as JavaScript source, as people edit it.

import { UserError } from './errors.ts';

const typedArrays = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
} as const;

const bigArrays = { BigInt64Array, BigUint64Array } as const;

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };

const SPACE = /\s+|\/\/.*|\/\*[\s\S]*?\*\//y;
const [SPACE_CODE, SLASH_CODE, FIRST_FOREIGN_CODE] = [0x20, 0x2f, 0x7f];
const WORD = /[A-Za-z_$][\w$]*/y;
const BIGINT = /(?:0[xX][\da-fA-F]+|0|[1-9]\d*)n/y;
const NUMBER =
  /(?:0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*|0[bB][01]+|0[oO][0-7]+|(?:(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$])/y;
const PLAIN = /[^\\'"\n\r]+/y;
const ESCAPE = /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S]))/y;

/** Deeper values would exhaust the stack. */
const MOST_LEVELS = 256;

/** Reads literals from a text, one after the other. */
export class LiteralReader {
  readonly #text: string;
  readonly #name: string;
  #at = 0;

  /** @param name what the text is called in error messages */
  constructor(text: string, name: string) {
    this.#text = text;
    this.#name = name;
  }

  /** Whether nothing is left but space and comments. */
  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  /** Passes over words and signs if they come next, with or without space between them. */
  accept(...tokens: readonly string[]): boolean {
    const start = this.#at;
    for (const token of tokens) {
      this.#skipSpace();
      const isWord = /^\w/.test(token);
      if (isWord ? this.#match(WORD) !== token : !this.#text.startsWith(token, this.#at)) {
        this.#at = start;
        return false;
      }
      if (!isWord) this.#at += token.length;
    }
    return true;
  }

  /** @throws when something else comes next */
  expect(...tokens: readonly string[]): void {
    if (!this.accept(...tokens)) throw this.#unexpected(`'${tokens.join(' ')}'`);
  }

  /** @throws when no literal comes next: an expression, a call, a name */
  value(level = 0): unknown {
    if (level > MOST_LEVELS) throw this.#unexpected(`at most ${MOST_LEVELS} levels`);
    this.#skipSpace();
    const start = this.#at;
    switch (this.#text[start]) {
      case '-':
        this.#at++;
        return negated(this.#number());
      case '+':
        this.#at++;
        return this.#number();
      case '[':
        this.#at++;
        return this.#items(']', () => this.value(level + 1));
      case '{':
        this.#at++;
        return this.#object(level);
    }
    const quote = this.#quote();
    if (quote !== undefined) return this.#string(quote);
    const word = this.#match(WORD);
    if (word === undefined) return this.#number();
    if (word === 'new') return this.#instance(level);
    if (!constants.has(word)) {
      this.#at = start;
      throw this.#unexpected('a literal');
    }
    return constants.get(word);
  }

  #object(level: number): object {
    const members = this.#items('}', (): [string, unknown] => {
      const key = this.#key();
      this.expect(':');
      return [key, this.value(level + 1)];
    });
    return Object.fromEntries(members);
  }

  #key(): string {
    this.#skipSpace();
    const quote = this.#quote();
    const key = quote === undefined ? (this.#match(WORD) ?? String(this.#number())) : this.#string(quote);
    if (key === '__proto__') throw this.#unexpected('another key than __proto__');
    return key;
  }

  /** After `new`: the collections that literals are made with. */
  #instance(level: number): unknown {
    this.#skipSpace();
    const start = this.#at;
    const type = this.#match(WORD) ?? '';
    this.expect('(');
    const content = this.accept(')') ? undefined : this.value(level + 1);
    if (content !== undefined) this.expect(')');
    if (type === 'Date' && (typeof content === 'string' || typeof content === 'number')) return new Date(content);
    const items = content === undefined ? [] : content;
    if (Array.isArray(items)) {
      if (type === 'Set') return new Set(items);
      if (type === 'Map' && items.every(isPair)) return new Map(items);
      if (isKey(typedArrays, type) && items.every((x) => typeof x === 'number')) return new typedArrays[type](items);
      if (isKey(bigArrays, type) && items.every((x) => typeof x === 'bigint')) return new bigArrays[type](items);
    }
    this.#at = start;
    throw this.#unexpected('a typed array, Map, Set or Date of literals');
  }

  #items<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#sign(close)) {
      items.push(item());
      if (!this.#sign(',')) {
        this.expect(close);
        break;
      }
    }
    return items;
  }

  #number(): number | bigint {
    this.#skipSpace();
    const digits = this.#match(NUMBER);
    if (digits !== undefined) return Number(digits.replaceAll('_', ''));
    if (this.accept('Infinity')) return Number.POSITIVE_INFINITY;
    if (this.accept('NaN')) return Number.NaN;
    const bigint = this.#match(BIGINT);
    if (bigint === undefined) throw this.#unexpected('a literal');
    return BigInt(bigint.slice(0, -1));
  }

  /** Passes over one if it stands right here. */
  #quote(): string | undefined {
    const next = this.#text[this.#at];
    if (next !== "'" && next !== '"') return undefined;
    this.#at++;
    return next;
  }

  /** Passes over a sign if it comes next. */
  #sign(sign: string): boolean {
    this.#skipSpace();
    const isNext = this.#text[this.#at] === sign;
    if (isNext) this.#at++;
    return isNext;
  }

  /** After the opening quote. */
  #string(quote: string): string {
    let text = '';
    for (;;) {
      text += this.#match(PLAIN) ?? '';
      const next = this.#text[this.#at];
      if (next === quote) {
        this.#at++;
        return text;
      }
      if (next === '\\') text += this.#escape();
      else if (next === undefined || next === '\n' || next === '\r') throw this.#unexpected(`a string's end, ${quote}`);
      else {
        text += next;
        this.#at++;
      }
    }
  }

  #escape(): string {
    ESCAPE.lastIndex = this.#at;
    const [whole, point, unit, byte, character = ''] = ESCAPE.exec(this.#text) ?? [];
    const code = Number.parseInt(point ?? unit ?? byte ?? '', 16);
    const isWrong = whole === undefined || code > 0x10ffff || (Number.isNaN(code) && /^[ux1-9]$/.test(character));
    if (isWrong) throw this.#unexpected('an escape');
    this.#at += whole.length;
    if (!Number.isNaN(code)) return String.fromCodePoint(code);
    // An escaped end of line is none.
    return /[\n\r\u2028\u2029]/.test(character) ? '' : (ESCAPES[character] ?? character);
  }

  #skipSpace(): void {
    // Most often there is none, or one.
    if (this.#text[this.#at] === ' ') this.#at++;
    const next = this.#text.charCodeAt(this.#at);
    if (next > SPACE_CODE && next < FIRST_FOREIGN_CODE && next !== SLASH_CODE) return;
    // One after the other: a single expression for all of it would exhaust the stack.
    while (this.#match(SPACE) !== undefined);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(expected: string): UserError {
    this.#skipSpace();
    const line = this.#text.slice(0, this.#at).split(/\r\n|[\n\r]/).length;
    const found = this.#text.slice(this.#at).match(/^.{1,40}/)?.[0];
    return new UserError(
      `${this.#name}: line ${line}: expected ${expected}, got ${found === undefined ? 'the end' : JSON.stringify(found)}`,
    );
  }
}

/**
 * The value of a literal, as JavaScript would evaluate it; what `toLiteral` writes comes back as it was, bit by bit. Nothing
 * is executed.
 *
 * @param name what the text is called in error messages
 * @throws UserError with the line, where anything but a literal stands: an expression, a call, a name
 */
export function parseLiteral(text: string, name = 'value'): unknown {
  const reader = new LiteralReader(text, name);
  const value = reader.value();
  if (!reader.isAtEnd) reader.expect('the end');
  return value;
}

function negated(x: number | bigint): number | bigint {
  return typeof x === 'bigint' ? -x : -x;
}

function isPair(item: unknown): item is [unknown, unknown] {
  return Array.isArray(item) && item.length === 2;
}

function isKey<T extends object>(object: T, key: string): key is keyof T & string {
  return Object.hasOwn(object, key);
}
