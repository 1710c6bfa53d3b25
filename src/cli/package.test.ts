// The package as it is published: packed, installed in an empty folder without any script, and used on an experiment that
// lies elsewhere.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alcOk, put, read, removeTemporaries, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

const timeout = 180_000;
const run = promisify(execFile);

/** Without what an npm around the tests has set for itself. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache|userconfig)$)/.test(name)),
);

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd, env, maxBuffer: 2 ** 24 });
  return stdout;
}

/** What a module imports, exports again, or loads later. */
const IMPORT = /^(?:import|export)\b(?:[^;]*?\bfrom)? '([^']+)'|\bimport\('([^']+)'\)/gm;

const experiment = `import { afterSteps, choice, defineExperiment, everySteps, mlp, sample, tensor, Trainer } from 'alchemie';

export default defineExperiment({
  preamble: (job) => \`// job \${job}\`,
  drawPars: (n, context) => sample({ hidden: choice([3, 4]) }, n, context),
  loadData() {
    const split = [tensor([[0, 0], [1, 1]]), tensor([[0], [1]])] as const;
    return { train: split, val: split };
  },
  newTrainer: (pars, data, { seed }) => new Trainer({
    model: mlp({ inputs: 2, hidden: [pars.hidden], outputs: 1, activation: 'tanh', loss: 'squaredError' }),
    data, seed, optimizer: { name: 'adam' }, pause: everySteps(10), stop: afterSteps(100),
  }),
  makeReport: (pars, trainer, data) => ({ loss: trainer.score(data.val), hidden: pars.hidden.toFixed(0) }),
});
`;

describe('the package', { timeout }, () => {
  const consumer = temporary({ 'package.json': '{ "name": "consumer", "private": true, "type": "module" }' });
  const installed = join(consumer, 'node_modules/alchemie');
  const files: string[] = [];

  beforeAll(async () => {
    const [packed] = JSON.parse(await npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', consumer));
    files.push(...packed.files.map(({ path }: { path: string }) => path));
    const tarball = join(consumer, packed.filename);
    await npm(
      consumer,
      'install',
      tarball,
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--prefix',
      '.',
    );
  }, timeout);

  it('holds what is needed to use it, and nothing that is needed to make it', () => {
    const needed = ['README.md', 'LICENSE', 'dist/cli/main.js', 'dist/core.wasm', 'dist/index.js', 'dist/index.d.ts'];
    expect(files).toEqual(expect.arrayContaining(needed));
    expect(
      files.filter((file) => /^(src|assembly|bench|build|node_modules)\/|\.test\.|testing\/|golden/.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => file.endsWith('.ts') && !/\.d\.ts$|^examples\//.test(file))).toEqual([]);
  });

  it('runs no script when it is installed', () => {
    const { scripts } = JSON.parse(read(installed, 'package.json'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(name);
  });

  it('has no dangling references', () => {
    const manifest = JSON.parse(read(installed, 'package.json'));
    const targets: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === 'string') targets.push(value);
      else for (const inner of Object.values(value ?? {})) collect(inner);
    };
    for (const field of ['bin', 'exports', 'imports']) collect(manifest[field]);
    for (const target of targets) expect(existsSync(join(installed, target)), target).toBe(true);

    const known = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.imports), manifest.name]);
    for (const file of files.filter((name) => /^dist\/.*\.(js|d\.ts)$/.test(name))) {
      const source = read(installed, file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      for (const [, imported, called] of source.matchAll(IMPORT)) {
        const specifier = imported ?? called ?? '';
        if (specifier.startsWith('node:')) continue;
        if (!specifier.startsWith('.')) {
          const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [''];
          expect(known.has(name), `${file}: ${specifier}`).toBe(true);
          continue;
        }
        const path = join(installed, dirname(file), specifier);
        const extension = extname(specifier);
        const candidates = extension === '.ts' ? [path.replace(/\.ts$/, '.d.ts')] : [path];
        expect(candidates.some(existsSync), `${file}: ${specifier}`).toBe(true);
      }
    }
  });

  it.each(['elsewhere', 'inside'])('works on an experiment %s', async (where) => {
    const cwd = where === 'inside' ? join(consumer, 'code') : temporary();
    mkdirSync(cwd, { recursive: true });
    put(cwd, { 'experiment.ts': experiment });
    const bin = join(consumer, 'node_modules/.bin/alc');
    const options = { cwd, command: [bin] as const };
    expect(await alcOk(['create', 'experiment.ts', 'runs', '--amount=2'], options)).toContain('runs: 1 to 2');
    expect(await alcOk(['run', 'experiment.ts', 'runs'], options)).toContain('runs/2: finished: step 100');
    expect(await alcOk(['evaluate', 'runs'], options)).toContain('>>> found the best experiment in\n');
    expect(readdirSync(join(cwd, 'runs'))).toContain('result.json');
  });

  it('works as a library', async () => {
    put(consumer, {
      'library.mjs': "import experiment from './experiment.ts';\n".replace('.ts', '.mjs').concat(`
const data = await experiment.loadData();
const trainer = await experiment.newTrainer({ hidden: 3 }, data, { seed: 1, notice() {} });
await trainer.fit();
console.log(JSON.stringify({ step: trainer.step, log: trainer.log.length, best: trainer.bestLoss }));
`),
      'experiment.mjs': experiment.replaceAll(' as const', ''),
    });
    const { stdout } = await run(process.execPath, ['library.mjs'], { cwd: consumer });
    expect(JSON.parse(stdout)).toEqual({ step: 100, log: 10, best: expect.any(Number) });
  });

  it('gives its types', async () => {
    put(consumer, {
      'typed.ts': experiment,
      'wrong.ts': experiment.replace('pars.hidden.toFixed(0)', 'pars.hiden'),
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: 'es2023',
          module: 'nodenext',
          lib: ['es2023'],
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
      }),
    });
    const check = (file: string) => {
      put(consumer, { 'tsconfig.one.json': JSON.stringify({ extends: './tsconfig.json', files: [file] }) });
      return run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.one.json'], {
        cwd: consumer,
      }).then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
    };
    expect(await check('typed.ts')).toBe('');
    expect(await check('wrong.ts')).toMatch(/wrong\.ts\(\d+,\d+\): error .*'hiden'/);
  });
});
