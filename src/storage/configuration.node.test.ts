// Configurations on disk, by the built code: vitest would load a cfg.mjs in its own way.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sameValue } from '../literal.ts';
import { uniform } from '../machine/scalar.ts';
import { configurationSeed, configurationSource } from './configuration.ts';

const built = new URL('../../dist/storage/configuration.node.js', import.meta.url).href;
const importer = 'data:text/javascript,export const native = (url) => import(url);';
const { native } = await import(/* @vite-ignore */ importer);
const {
  createConfiguration,
  highestIndex,
  listConfigurations,
  loadConfiguration,
}: typeof import('./configuration.node.ts') = await native(built);

let location: string;
beforeEach(() => {
  location = mkdtempSync(join(tmpdir(), 'alchemie-configuration-'));
});
afterEach(() => {
  rmSync(location, { recursive: true });
});

const pars = { hidden: [64, 32], optimizer: { name: 'sgd', learningRate: 0.1 } };

/** Writes a cfg.mjs by hand and gives its directory. */
function write(source: string, name = '1'): string {
  const directory = join(location, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'cfg.mjs'), source);
  return directory;
}

describe('configurationSource', () => {
  it('is the preamble, pars and seed', () => {
    expect(configurationSource('/* XOR, job 1 */', pars, 7)).toBe(
      `/* XOR, job 1 */

export const pars = {
  hidden: [64, 32],
  optimizer: { name: 'sgd', learningRate: 0.1 },
};

export const seed = 7;
`,
    );
    expect(configurationSource('', { a: 1 }, 0)).toBe('export const pars = { a: 1 };\n\nexport const seed = 0;\n');
    expect(configurationSource(' \n', {}, 0)).toBe('export const pars = {};\n\nexport const seed = 0;\n');
  });

  it.each([
    '// one',
    '// one\n// two\n\n',
    '\n  /* a */ /* b */ // c',
    '/* pars = { */',
    '/* // */',
    '// /*',
    '/**/',
    '/***/',
    '/*/ */',
    '/*\n# SBATCH --time=1:00\n# SUBMIT: runner = alc run\n*/',
    '// a\r// b\u2028// c\u2029\ufeff// d',
    '// é😀',
  ])('takes the comment %j', async (preamble) => {
    const directory = createConfiguration(location, { index: 1, preamble, pars, seed: 1 });
    expect(await loadConfiguration(directory)).toEqual({ pars, seed: 1 });
    expect(readFileSync(join(directory, 'cfg.mjs'), 'utf8').startsWith(preamble.trimEnd())).toBe(true);
  });

  it.each([
    [
      'XOR, job 1',
      'preamble: must be a JavaScript comment, got "XOR, job 1" in line 1; put it between /* and */, or // before it',
    ],
    ['# a', 'got "# a" in line 1'],
    ['// a\nb', 'got "b" in line 2'],
    ['// a\r\nb', 'got "b" in line 2'],
    ['// a\u2028alert(1)', 'got "alert(1)" in line 2'],
    ['/* a */ ; // b', 'got "; // b" in line 1'],
    ['/* a', 'got "/* a" in line 1; end it with */'],
    ['/*/', 'end it with */'],
    ['/* a */ */', 'got "*/"'],
    ['/ / a', 'got "/ / a"'],
    ['<!-- a', 'got "<!-- a"'],
    ['#!/bin/sh', 'got "#!/bin/sh"'],
  ])('refuses the preamble %j', (preamble, message) => {
    expect(() => configurationSource(preamble, pars, 1)).toThrow(message);
  });

  it('takes exactly what JavaScript takes for a comment', async () => {
    const piece = fc.constantFrom(
      '/',
      '*',
      '//',
      '/*',
      '*/',
      ' ',
      '\n',
      '\r',
      '\u2028',
      '\\',
      "'",
      '`',
      'a',
      '<!--',
      '#',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const preamble = pieces.join('');
        let taken = true;
        try {
          configurationSource(preamble, {}, 0);
        } catch {
          taken = false;
        }
        // In front of `0 ]` a comment leaves a list of one number; code could do so only by being an expression itself.
        const text = `export default [${preamble}\n0 ]`;
        const list = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`).then(
          (module) => module.default,
          () => undefined,
        );
        // A comment: nothing but the zero. Other text that can stand there is an operator or a literal before it.
        const code = /[^\s/*]/.test(preamble.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
        expect(taken).toBe(sameValue(list, [0]) && !code);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[unknown, unknown, string]>([
    [null, 1, 'drawPars: pars must be a plain object, got null; write the parameters as { name: value }'],
    [[1], 1, 'drawPars: pars must be a plain object, got a list'],
    ['a', 1, 'drawPars: pars must be a plain object, got string'],
    [{ f: () => 1 }, 1, 'pars.f: cannot be written, got a function'],
    [{}, -1, 'drawPars: seed must be a whole number from 0 to 2^53 - 1, got -1'],
    [{}, 0.5, 'seed must be'],
    [{}, '1', 'seed must be'],
  ])('refuses %o and %o', (pars, seed, message) => {
    expect(() => Reflect.apply(configurationSource, undefined, ['', pars, seed])).toThrow(message);
  });
});

describe('createConfiguration', () => {
  it('writes what is loaded again, for any pars', async () => {
    let index = 0;
    const leaf = fc.oneof(
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(undefined, null, -0, 1n, '\ud800', '*/', '\u2028'),
      fc.array(fc.float()).map((x) => Float32Array.from(x)),
    );
    const value = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));
    await fc.assert(
      fc.asyncProperty(value, fc.maxSafeNat(), async (pars, seed) => {
        fc.pre(!JSON.stringify(pars, (_, x) => (typeof x === 'bigint' ? 0 : x)).includes('"__proto__":'));
        const directory = createConfiguration(location, { index: ++index, preamble: `// ${index}`, pars, seed });
        const found = await loadConfiguration(directory);
        expect(sameValue(found.pars, pars)).toBe(true);
        expect(found.seed).toBe(seed);
      }),
      { numRuns: 40 },
    );
    expect(readdirSync(location)).toHaveLength(index);
  }, 30_000);

  it('makes the location, and leaves nothing else behind', () => {
    const inner = join(location, 'a', 'b');
    expect(createConfiguration(inner, { index: 3, pars, seed: 1 })).toBe(join(inner, '3'));
    expect(readdirSync(inner)).toEqual(['3']);
    expect(readdirSync(join(inner, '3'))).toEqual(['cfg.mjs']);
  });

  it('never overwrites', () => {
    const directory = write('// mine');
    expect(() => createConfiguration(location, { index: 1, pars, seed: 1 })).toThrow(
      `${directory}: exists already; nothing was overwritten`,
    );
    expect(readFileSync(join(directory, 'cfg.mjs'), 'utf8')).toBe('// mine');
    expect(readdirSync(location)).toEqual(['1']);
  });

  it('writes them whatever their preambles look like', async () => {
    const preamble = '/*\nexport const pars = 1;\nexport const seed = 2;\n*/\n// export const pars = 3';
    const pars = { text: preamble };
    const directory = createConfiguration(location, { index: 7, preamble, pars, seed: 4 });
    expect(await listConfigurations(location)).toEqual([7]);
    expect(await loadConfiguration(directory)).toEqual({ pars, seed: 4 });
    expect(readFileSync(join(directory, 'cfg.mjs'), 'utf8')).toBe(configurationSource(preamble, pars, 4));
  });

  it('leaves nothing behind when pars cannot be written', () => {
    const create = (index: number, pars: object) => () => createConfiguration(location, { index, pars, seed: 1 });
    expect(create(1, { f: () => 1 })).toThrow('pars.f: cannot');
    expect(create(0, pars)).toThrow('index');
    expect(readdirSync(location)).toEqual([]);
  });

  it('says where a file stands in the way', () => {
    writeFileSync(join(location, 'file'), '');
    expect(() => createConfiguration(join(location, 'file'), { index: 1, pars, seed: 1 })).toThrow(
      `${join(location, 'file', '1')}: cannot be written, got ENOTDIR, not a directory; check that its directory is one`,
    );
  });

  it('says when it may not write', () => {
    chmodSync(location, 0o500);
    // Root may write anywhere but into the kernel's own file systems.
    const locked = process.getuid?.() === 0 ? '/sys' : location;
    expect(() => createConfiguration(locked, { index: 1, pars, seed: 1 })).toThrow(
      /cannot be written, got E.*permissions/,
    );
    chmodSync(location, 0o700);
  });
});

describe('loadConfiguration', () => {
  it('sees a changed file, and gives a new object each time', async () => {
    const directory = write('export const pars = { a: 1 };\nexport const seed = 1;');
    const first = await loadConfiguration(directory);
    write('export const pars = { a: 2 };\nexport const seed = 2;');
    const second = await loadConfiguration(directory);
    const third = await loadConfiguration(directory);
    expect(first).toEqual({ pars: { a: 1 }, seed: 1 });
    expect(second).toEqual({ pars: { a: 2 }, seed: 2 });
    expect(third.pars).not.toBe(second.pars);
  });

  it('executes what was written by hand', async () => {
    const directory = write(
      'const n = 4;\nexport const seed = 2 ** 40, more = 1;\nexport const pars = { n: n * n };',
      'a b#?%',
    );
    expect(await loadConfiguration(directory)).toEqual({ pars: { n: 16 }, seed: 2 ** 40 });
  });

  it.each([
    ['/* a */\n\nexport const pars = {\n  a: : 1,\n};', ":4: Unexpected token ':'"],
    ['export const pars = {', ':1: Unexpected end of input'],
    ['export const pars = { a: 1 };\nexport const seed = 007;', ':2: Octal literals are not allowed in strict mode.'],
    ['\nexport const pars = { a: rate };', ':2: rate is not defined'],
    ["throw 'a word';", ': a word'],
    ["import './nothing.mjs';", ': Cannot find module'],
    ['', ": exports no pars; it must contain 'export const pars = …'"],
    ['export const pars = {};', ": exports no seed; it must contain 'export const seed = …'"],
    ['export const pars = [], seed = 1;', ': pars must be a plain object, got a list'],
    ['export const pars = {}, seed = "1";', ': seed must be a whole number from 0 to 2^53 - 1, got 1'],
    ['export const pars = {}, seed = -1;', ': seed must be a whole number from 0 to 2^53 - 1, got -1'],
  ])('names the mistake in %j', async (source, message) => {
    const directory = write(source);
    const error = await loadConfiguration(directory).catch((error) => error);
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 });
    expect(error.message).toContain(join(directory, 'cfg.mjs') + message);
    expect(error.message).not.toContain('\n');
  });

  it('names a missing file', async () => {
    const directory = join(location, '5');
    const message = `${join(directory, 'cfg.mjs')}: is not there, or a link to what is not there; alc create makes configurations`;
    await expect(loadConfiguration(directory)).rejects.toMatchObject({ name: 'UserError', message });
  });

  it('takes no text that ends before its seed', async () => {
    const source = configurationSource('/* a */', { a: 1, b: 'x' }, 123);
    const whole = source.lastIndexOf(';');
    const lengths = fc.integer({ min: 0, max: source.indexOf('123') });
    await fc.assert(
      fc.asyncProperty(lengths, async (length) => {
        await expect(loadConfiguration(write(source.slice(0, length)))).rejects.toThrow('cfg.mjs');
      }),
      { numRuns: 8 },
    );
    expect(await loadConfiguration(write(source.slice(0, whole)))).toEqual({ pars: { a: 1, b: 'x' }, seed: 123 });
  }, 30_000);
});

describe('listConfigurations and highestIndex', () => {
  it('find whole configurations, in the order of their numbers', async () => {
    for (const name of ['10', '9', '2', '1', '0', '01', 'a', '3x', '.tmp-4-abc', '1e3']) write('', name);
    mkdirSync(join(location, '11'));
    writeFileSync(join(location, '12'), '');
    expect(await listConfigurations(location)).toEqual([1, 2, 9, 10]);
    expect(await highestIndex(location)).toBe(12);
  });

  it('know an empty location from none', async () => {
    const none = join(location, 'none');
    expect(await listConfigurations(location)).toEqual([]);
    expect(await highestIndex(location)).toBe(0);
    expect(await highestIndex(none)).toBe(0);
    expect(existsSync(none)).toBe(false);
    await expect(listConfigurations(none)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`${none}: cannot be read, got ENOENT, no such file or directory`),
    });
    const file = join(location, randomBytes(4).toString('hex'));
    writeFileSync(file, '');
    await expect(highestIndex(file)).rejects.toThrow('check that its directory is one');
  });
});

describe('configurationSeed', () => {
  it('is a number below 2^32 of a stream of its own', () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => configurationSeed(5, index));
    for (const seed of seeds) expect(seed).toSatisfy((x: number) => Number.isInteger(x) && x >= 0 && x < 2 ** 32);
    expect(new Set(seeds).size).toBe(1000);
    expect(seeds[3]).toBe(Math.floor(uniform(5, 3, 'seed') * 2 ** 32));
    expect(configurationSeed(0, 0)).toBe(1_074_846_432); // golden: of the first commit
  });
});
