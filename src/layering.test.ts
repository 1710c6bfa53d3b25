// The rooms of the house and who may enter which: a file imports only from rooms before its own, or from its own.
// Tests and their helpers (src/testing) may go everywhere.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// Files are named without their ending; of several that fit, the longest is the room.
const LAYERS: readonly string[] = [
  'errors catalogue closest literal parseLiteral printable trainable data/tensor',
  'graph files',
  'machine',
  'initializers activations layers losses schedules optimizers models',
  'stops scores reports data',
  'trainer',
  'search experiment',
  'storage',
  'trial analysis cluster',
  'page',
  'index',
  'cli',
];
const CATALOGUES = LAYERS[3]?.split(' ') ?? [];

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !/\.(test|d)\.ts$|^testing\//.test(file))
    .map((file) => [file, withoutComments(readFileSync(join(root, file), 'utf8'))]),
);

function withoutComments(code: string): string {
  const stringsAndComments = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[\s\S]*?\*\//g;
  return code.replace(stringsAndComments, (found) => (found.startsWith('/') ? '' : found));
}

/** What a file imports: files of ours, '#wasm', packages and parts of Node. */
function imports(file: string): string[] {
  const found = [...(sources.get(file) ?? '').matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, name = '']) => name,
  );
  return found.map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name));
}

const roomOf = (file: string): string => {
  const rooms = LAYERS.join(' ').split(' ');
  const fitting = rooms.filter(
    (room) => file === `${room}.ts` || file === `${room}.browser.ts` || file.startsWith(`${room}/`),
  );
  return fitting.sort((a, b) => b.length - a.length)[0] ?? file;
};
const layerOf = (file: string): number => LAYERS.findIndex((layer) => layer.split(' ').includes(roomOf(file)));

const files = [...sources.keys()];

type Host = 'browser' | 'default';
const hosts: readonly Host[] = ['default', 'browser'];
const packageJson = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8'));
const byCondition: Readonly<Record<string, Readonly<Partial<Record<Host, string>>>>> = packageJson.imports;

/** The files of ours that a file imports; what differs between hosts is chosen as package.json says. */
const ours = (file: string, host: Host = 'default'): string[] =>
  imports(file)
    .map((name) => byCondition[name]?.[host]?.replace('./dist/', '').replace(/js$/, 'ts') ?? name)
    .filter((name) => sources.has(name));

describe('imports', () => {
  it('every file has a room', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  });

  it('come from the same room or from those before it', () => {
    const late = files.flatMap((file) =>
      ours(file)
        .filter(
          (other) =>
            layerOf(other) > layerOf(file) || (CATALOGUES.includes(roomOf(file)) && roomOf(other) === 'machine'),
        )
        .map((other) => `${file} imports ${other}`),
    );
    expect(late).toEqual([]);
  });

  it('have no cycles', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) throw new Error(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      if (done.has(file)) return;
      for (const host of hosts) for (const other of ours(file, host)) visit(other, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('a browser is given nothing of Node', () => {
    const closure = new Set(['index.ts', ...files.filter((file) => file.endsWith('.browser.ts'))]);
    for (const file of closure) for (const other of ours(file, 'browser')) closure.add(other);
    expect([...closure].filter((file) => file.endsWith('.node.ts'))).toEqual([]);
    const others = [...closure].flatMap((file) =>
      imports(file).filter((name) => /^[@\w]/.test(name) && !sources.has(name)),
    );
    expect([...new Set(others)].sort()).toEqual(['@assemblyscript/loader', '@noble/hashes/sha2.js']);
  });

  it('a browser is the business of *.browser.ts alone', () => {
    const wrong = files.filter((file) => !file.endsWith('.browser.ts'));
    expect(wrong.filter((file) => imports(file).some((name) => name.endsWith('.browser.ts')))).toEqual([]);
  });
});

/** Lines of the files of some rooms that contain a pattern; what stands in quotes does not count. */
function linesWith(pattern: RegExp, rooms?: readonly string[]): string[] {
  return files
    .filter((file) => rooms?.includes(roomOf(file)) ?? true)
    .flatMap((file) =>
      (sources.get(file) ?? '')
        .split('\n')
        .filter((line) => pattern.test(line.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, '')))
        .map((line) => `${file}: ${line.trim()}`),
    );
}

describe('what is banned', () => {
  it('default exports', () => {
    expect(linesWith(/\bexport default\b|\bas default\b/)).toEqual([]);
  });

  // They differ between engines. Powers of two with whole exponents do not. What a page draws is no result.
  it('functions of Math whose bits are not the same everywhere', () => {
    const inexact =
      'expm1 exp log1p log2 log10 log pow sinh sin cosh cos tanh tan cbrt asinh asin acosh acos atanh atan2 atan hypot random';
    const rooms = LAYERS.join(' ')
      .split(' ')
      .filter((room) => room !== 'page');
    expect(linesWith(new RegExp(`\\bMath\\.(${inexact.replaceAll(' ', '|')})\\b`), rooms)).toEqual([]);
    expect(linesWith(/\*\*(?!=? ?-?\d+\b)|(?<!\b2 ?)\*\*/, rooms)).toEqual([]);
  });

  it('printing, but for those who see that nothing unprintable passes', () => {
    const lines = linesWith(/\bconsole\b|\bprocess\.std(out|err)\b/);
    const found = new Set(lines.map((line) => line.split(':')[0]).filter((file) => !file?.startsWith('reports/')));
    expect([...found].sort()).toEqual([
      'cli/output.ts',
      'cli/print.ts',
      'cli/terminal.ts',
      'data/dataset.node.ts',
      'machine/selfCheck.node.ts',
    ]);
  });

  it('the time, in whatever results depend on', () => {
    const pure = [...LAYERS.slice(0, 5).join(' ').split(' '), 'search'];
    const clocks = linesWith(/\bDate\.|\bnew Date\(\)|\bperformance\b|\bsetTimeout\b/, pure);
    expect(clocks.filter((line) => !line.includes('.node.ts: '))).toEqual([]);
  });
});
