// What people do with `alc`: create, run, cut, continue, evaluate; in the formats and surroundings they do it in.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../storage/safetensors.ts';
import {
  alc,
  alcOk,
  main,
  put,
  read,
  removeTemporaries,
  results,
  root,
  start,
  temporary,
  tree,
} from '../testing/alc.ts';
import { heldCheckpoint } from '../testing/heldCheckpoint.ts';
import { smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';
import { until } from '../testing/until.ts';

afterAll(removeTemporaries);

const xor = join(root, 'examples/mlp-xor.ts');
const own = join(root, 'examples/own-trainer.mjs');
const timeout = 120_000;

/** What the configurations of a location say. */
async function configurations(location: string, indices: readonly number[]): Promise<{ pars: object; seed: number }[]> {
  return Promise.all(indices.map(async (i) => await import(pathToFileURL(join(location, `${i}`, 'cfg.mjs')).href)));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const lossOf = (directory: string): number => {
  const last = read(directory, 'log.jsonl').trimEnd().split('\n').at(-1);
  return JSON.parse(last ?? '').bestLoss;
};

describe('the main job', { timeout }, () => {
  const cwd = temporary();
  const said: string[] = [];
  const ok = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await alc(args, { cwd });
    said.push(stdout, stderr);
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };

  it('creates ten configurations', async () => {
    expect(await ok('create', xor, 'runs/xor', '--amount=10')).toBe('created 10 configurations in runs/xor: 1 to 10\n');
    expect(readdirSync(join(cwd, 'runs/xor')).sort()).toEqual([...upTo(10).map(String), 'experiment.json'].sort());
    for (const i of upTo(10)) expect(readdirSync(join(cwd, 'runs/xor', `${i}`))).toEqual(['cfg.mjs']);
    expect(read(cwd, 'runs/xor/3/cfg.mjs')).toMatch(/^\/\* XOR, job 3 \*\/\n\nexport const pars = \{/);
  });

  it('adds one that is larger', async () => {
    expect(await ok('create', xor, 'runs/xor', '--set', 'hidden=500')).toBe(
      'created 1 configuration in runs/xor: 11\n',
    );
    const [{ pars } = { pars: {} }] = await configurations(join(cwd, 'runs/xor'), [11]);
    expect(pars).toMatchObject({ hidden: 500, optimizer: { name: 'rmsprop' } });
  });

  it('runs one', async () => {
    expect(await ok('run', xor, 'runs/xor/1')).toMatch(
      /^runs\/xor\/1: finished: step \d+, best validation loss \S+, \d\S* m?s of training\nSHA-256 of the state: [\da-f]{64}\n$/,
    );
    expect(JSON.parse(read(cwd, 'runs/xor/1/report-last.json'))).toEqual({
      trainLoss: expect.any(Number),
      valLoss: expect.any(Number),
      testLoss: expect.any(Number),
    });
    expect(JSON.parse(read(cwd, 'runs/xor/1/run.json'))).toMatchObject({
      state: 'finished',
      seconds: expect.any(Number),
      module: 'mlp-xor.ts',
      files: { 'mlp-xor.ts': expect.stringMatching(/^[\da-f]{64}$/) },
      lineage: [{ fromStep: 0, end: 'finished', pid: expect.any(Number) }],
    });
  });

  it('cuts one and continues it', async () => {
    const { code, stdout } = await alc(['run', 'runs/xor/11', '--time-limit=1ms'], { cwd });
    expect(code).toBe(9);
    expect(stdout).toMatch(/^runs\/xor\/11: interrupted by the time limit: step \d+, .*; run it again to continue\n$/);
    expect(await ok('run', 'runs/xor/11')).toContain('finished');
    const { lineage } = JSON.parse(read(cwd, 'runs/xor/11/run.json'));
    expect(lineage).toMatchObject([{ end: 'interrupted', fromStep: 0 }, { end: 'finished' }]);
    expect(lineage[1].fromStep).toBe(lineage[0].step);
  });

  it('says that nothing is left to do of a finished one', async () => {
    const before = tree(cwd);
    const { code, stdout, stderr } = await alc(['run', xor, 'runs/xor/1'], { cwd });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('runs/xor/1: nothing to do: the run has finished; report-last.json has its result\n');
    expect(tree(cwd)).toEqual(before);
  });

  it('runs the rest, two at a time', async () => {
    const { code, stdout, stderr } = await alc(['run', xor, 'runs/xor', '--jobs=2'], { cwd });
    said.push(stdout, stderr);
    expect(code).toBe(0);
    expect(stderr).toContain('runs/xor: 2 of 11 are finished already\n');
    for (const i of upTo(11)) expect(existsSync(join(cwd, 'runs/xor', `${i}`, 'report-last.json'))).toBe(true);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':')[0]);
    expect(lines.sort()).toEqual(
      upTo(10)
        .slice(1)
        .map((i) => `runs/xor/${i}`)
        .sort(),
    );
  });

  it('has nothing to do when it is all done', async () => {
    const before = tree(cwd);
    const { code, stdout, stderr } = await alc(['run', xor, 'runs/xor', '--jobs=2'], { cwd });
    expect([code, stdout, stderr]).toEqual([0, '', 'runs/xor: 11 of 11 are finished already\n']);
    expect(tree(cwd)).toEqual(before);
  });

  it('names the best in the words of the original', async () => {
    const losses = upTo(11).map((i) => lossOf(join(cwd, 'runs/xor', `${i}`)));
    const least = Math.min(...losses);
    const best = `runs/xor/${losses.indexOf(least) + 1}`;
    const text = `>>> found the best experiment in\n${best}\n>>> with a validation loss of ${least}\n`;
    const shown = await ok('evaluate', 'runs/xor', '--top=3');
    expect(shown.endsWith(text)).toBe(true);
    expect(read(cwd, 'runs/xor/result.txt')).toBe(text);
    expect(shown).toContain('… and 8 more');
    const json = await ok('evaluate', 'runs/xor', '--json');
    expect(json).toBe(read(cwd, 'runs/xor/result.json'));
    const { best: named, ranked, withoutResult } = JSON.parse(json);
    expect(named).toMatchObject({ directory: best, bestLoss: least, state: 'finished' });
    expect([ranked.length, withoutResult.length]).toEqual([11, 0]);
  });

  it('says which have no result', async () => {
    await ok('create', xor, 'runs/xor', '--amount=2');
    expect(await ok('evaluate', 'runs/xor')).toContain('without result: 12, 13 (2)');
    expect(JSON.parse(read(cwd, 'runs/xor/result.json')).withoutResult).toHaveLength(2);
  });

  it('prints neither colours nor carriage returns where there is no terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(said.join('')).not.toMatch(/[\r\u001b]/);
    expect(said.join('').length).toBeGreaterThan(1000);
  });
});

describe('create', { timeout }, () => {
  it.concurrent('draws the same in one go or in several, and nothing twice', async () => {
    const cwd = temporary();
    await alcOk(['create', xor, 'one', '--amount=9', '--seed=7'], { cwd });
    await alcOk(['create', xor, 'two', '--amount=4', '--seed=7'], { cwd });
    await alcOk(['create', xor, 'two', '--amount=5'], { cwd });
    await alcOk(['create', xor, 'other', '--amount=9', '--seed=8'], { cwd });
    const [one, two, other] = await Promise.all(
      ['one', 'two', 'other'].map((name) => configurations(join(cwd, name), upTo(9))),
    );
    expect(two).toEqual(one);
    expect(other).not.toEqual(one);
    expect(new Set(one?.map(({ pars }) => JSON.stringify(pars))).size).toBe(9);
    expect(new Set(one?.map(({ seed }) => seed)).size).toBe(9);
  });

  it.concurrent('draws others when more are asked of a module that knows the seed alone', async () => {
    const drawn = '(n, { seed }) => sample({ a: uniform(0, 1), b: choice([1, 2]) }, n, seed)';
    const head = "import { choice, sample, tensor, uniform } from 'alchemie';";
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ head, drawPars: drawn }) });
    for (let i = 0; i < 3; i++) await alcOk(['create', 'experiment.mjs', 'runs', '--amount=3'], { cwd });
    const all = await configurations(join(cwd, 'runs'), upTo(9));
    expect(new Set(all.map(({ pars }) => JSON.stringify(pars))).size).toBe(9);
  });

  it.concurrent('never uses a number again that is taken', async () => {
    const cwd = temporary();
    await alcOk(['create', xor, 'runs', '--amount=4'], { cwd });
    rmSync(join(cwd, 'runs/2'), { recursive: true });
    put(cwd, { 'runs/7/notes.txt': 'mine', 'runs/notes.txt': 'mine' });
    const before = tree(cwd);
    expect(await alcOk(['create', xor, 'runs', '--amount=2'], { cwd })).toContain('8 to 9');
    expect(tree(cwd)).toMatchObject(before);
    expect(existsSync(join(cwd, 'runs/2'))).toBe(false);
  });

  it.concurrent('takes pars from a file and from the command line', async () => {
    const cwd = temporary({
      'experiment.mjs': smallExperiment(),
      'pars.json':
        '[{ "a": 1, "deep": { "b": [1, 2] }, "name": "x" }, { "a": 2, "deep": { "b": [3, 4] }, "name": "y" }]',
    });
    const set = ['--set', 'deep.b[1]=1e-3', '--set', 'name="7"', '--set', 'a=-Infinity'];
    await alcOk(['create', 'experiment.mjs', 'runs', '--from', 'pars.json', ...set], { cwd });
    const all = await configurations(join(cwd, 'runs'), [1, 2]);
    expect(all.map(({ pars }) => pars)).toEqual([
      { a: -Infinity, deep: { b: [1, 1e-3] }, name: '7' },
      { a: -Infinity, deep: { b: [3, 1e-3] }, name: '7' },
    ]);
  });

  it.concurrent('draws the same when several draw at a time', async () => {
    const cwd = temporary();
    const commands = [2, 3, 2, 4].map((amount) => ['create', xor, 'many', `--amount=${amount}`]);
    const said = await Promise.all(commands.map((args) => alcOk(args, { cwd })));
    await alcOk(['create', xor, 'one', '--amount=11'], { cwd });
    expect(said.join('')).toMatch(/^(created \d configurations in many: [\d to,]+\n){4}$/);
    const [many, one] = ['many', 'one'].map((name) => configurations(join(cwd, name), upTo(11)));
    expect(await many).toEqual(await one);
    expect(readdirSync(join(cwd, 'many')).sort()).toEqual(readdirSync(join(cwd, 'one')).sort());
  });

  it.concurrent('says so when the search space is exhausted', async () => {
    const { code, stderr } = await alc(['create', xor, 'runs', '--amount=145'], { cwd: temporary() });
    expect([code, stderr]).toEqual([0, expect.stringContaining('exhausted (size 144): repeated 1 of 145')]);
  });

  it.concurrent('removes what a killed one has left, once it is old', async () => {
    const cwd = temporary({ 'runs/.tmp-1-old/cfg.mjs': '', 'runs/.tmp-2-new/cfg.mjs': '', 'runs/.tmp-old': '' });
    for (const name of ['.tmp-1-old', '.tmp-old']) utimesSync(join(cwd, 'runs', name), 1, 1);
    await alcOk(['create', xor, 'runs'], { cwd });
    expect(readdirSync(join(cwd, 'runs')).sort()).toEqual(['.tmp-2-new', '1', 'experiment.json']);
  });

  it.concurrent('takes texts as they are, even those that look like numbers', async () => {
    const loadData =
      '(pars, { dataDirectory }) => { console.log(JSON.stringify(dataDirectory)); return { train: split, val: split }; }';
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ loadData }) });
    await alcOk(['create', 'experiment.mjs', '007', '--amount=3'], { cwd });
    expect(readdirSync(join(cwd, '007'))).toContain('3');
    for (const [i, data] of ['007', '1e3', '0x10'].entries()) {
      const args = ['run', `007/${i + 1}`, '--data', data];
      expect(await alcOk(args, { cwd })).toContain(`"${data}"`);
    }
  });

  it.concurrent('finds the module again from anywhere', async () => {
    const cwd = temporary({ 'code/experiment.mjs': smallExperiment(), 'elsewhere/deep/file': '' });
    await alcOk(['create', 'code/experiment.mjs', 'runs/small', '--amount=3'], { cwd });
    expect(JSON.parse(read(cwd, 'runs/small/experiment.json'))).toEqual({
      module: '../../code/experiment.mjs',
      seed: 0,
    });
    await alcOk(['run', '../../runs/small/1'], { cwd: join(cwd, 'elsewhere/deep') });
    await alcOk(['run', '.'], { cwd: join(cwd, 'runs/small/2') });
    await alcOk(['run', join(cwd, 'runs/small')], { cwd: root });
    for (const [from, location] of [
      ['runs/small', '.'],
      ['elsewhere/deep', '../../runs/small'],
    ] as const) {
      const shown = await alcOk(['evaluate', location], { cwd: join(cwd, from) });
      const { best } = JSON.parse(read(cwd, 'runs/small/result.json'));
      expect(best.directory).toBe(join(realpathSync(cwd), 'runs/small', `${best.index}`));
      expect(shown).toContain(`>>> found the best experiment in\n${best.directory}\n`);
    }
  });
});

const typed = `import { afterSteps, choice, defineExperiment, everySteps, mlp, sample, tensor, Trainer } from 'alchemie';
enum Size { small = 2 }
const steps: number = await Promise.resolve(100);
export default defineExperiment({
  preamble: (job: number): string => \`// job \${job}\`,
  drawPars: (n, context) => sample({ hidden: choice([3, 4]), rate: choice([0.1, 0.2]) } as const, n, context),
  loadData() {
    const split = [tensor([[0, 0], [1, 1]]), tensor([[0], [1]])] as const;
    return { train: split, val: split } satisfies object;
  },
  newTrainer: (pars, data, { seed }) => new Trainer({
    model: mlp({ inputs: Size.small, hidden: [pars.hidden], outputs: 1, activation: 'relu', loss: 'squaredError' }),
    data, seed, optimizer: { name: 'sgd', learningRate: pars.rate }, pause: everySteps(10), stop: afterSteps(steps),
  }),
  makeReport: (pars, trainer, data) => ({ loss: trainer.score(data.val), hidden: pars.hidden }),
});
`;
const named = `${smallExperiment()
  .replace('export default {', 'const all = {')
  .concat('export const { preamble, drawPars, loadData, newTrainer, makeReport } = all;\n')}`;
const sources = {
  'typed.ts': typed,
  'typed.mts': typed,
  'plain.mjs': smallExperiment(),
  'plain.js': smallExperiment(),
  'named.mjs': named,
  'named.ts': named.replace('const all = {', 'const all: Record<string, any> = {'),
};

describe('an experiment', { timeout }, () => {
  it.concurrent.each(Object.entries(sources))('in %s is created, run and evaluated', async (name, source) => {
    const cwd = temporary({ [name]: source });
    await alcOk(['create', name, 'runs', '--amount=2'], { cwd });
    await alcOk(['run', name, 'runs'], { cwd });
    expect(await alcOk(['evaluate', 'runs'], { cwd })).toMatch(/^>>> with a validation loss of \d/m);
  });

  it.concurrent('is translated once, into a folder that only its user can write to', async () => {
    const [mine, open] = [temporary({ 'a.ts': typed }), temporary({ 'a.ts': typed })];
    const folder = `alchemie-${process.getuid?.()}`;
    mkdirSync(join(open, folder));
    chmodSync(join(open, folder), 0o777);
    for (const cwd of [mine, open]) await alcOk(['create', 'a.ts', 'runs'], { cwd, env: { TMPDIR: cwd } });
    expect(readdirSync(join(mine, folder))).toHaveLength(1);
    expect(statSync(join(mine, folder)).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(open, folder))).toEqual([]);
  });

  it.concurrent('can import its own files and data', async () => {
    const cwd = temporary({
      'experiment.ts':
        "import { steps } from './lib/steps.ts';\nimport base from './base.mjs';\nexport default { ...base, steps };\n",
      'base.mjs': smallExperiment(),
      'lib/steps.ts': 'export const steps: number = 5;\n',
    });
    await alcOk(['create', 'experiment.ts', 'runs'], { cwd });
    await alcOk(['run', 'runs'], { cwd });
    const { files } = JSON.parse(read(cwd, 'runs/1/run.json'));
    expect(Object.keys(files)).toEqual(['base.mjs', 'experiment.ts', 'lib/steps.ts']);
  });

  it.concurrent('with a trainer of its own is cut, continued and reported like any other', async () => {
    const cwd = temporary();
    const pars = ['--set', 'steps=30000000', '--set', 'pause=100000'];
    for (const location of ['uncut', 'cut']) await alcOk(['create', own, location, ...pars], { cwd });
    expect(await alcOk(['run', 'uncut/1'], { cwd })).toMatch(/finished: step 30000000, .*, (?!0\.00 s)/);

    const { code } = await alc(['run', 'cut/1', '--time-limit=1ms'], { cwd });
    expect(code).toBe(9);
    const held = heldCheckpoint(join(cwd, 'cut/1'), 9);
    const killed = start(['run', 'cut/1', '--checkpoint-every=1ms'], { cwd, env: held.env });
    await killed.says('continuing at step 100000, from checkpoint 1');
    await until('checkpoint 9', held.isThere, { child: killed.child });
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    const { child, ended, says } = start(['run', 'cut/1'], { cwd });
    await says('continuing at step');
    child.kill('SIGINT');
    expect([0, 9]).toContain((await ended).code);
    await alcOk(['run', 'cut/1'], { cwd });
    expect(results(join(cwd, 'cut/1'))).toEqual(results(join(cwd, 'uncut/1')));
    expect(JSON.parse(read(cwd, 'cut/1/report-last.json')).parameters[0]).toBeCloseTo(3, 1);
    expect(await alcOk(['evaluate', 'cut'], { cwd })).toContain('>>> found the best experiment in\ncut/1\n');
  });

  it.concurrent('that prints spoils no JSON', async () => {
    const noise = 'console.log("noise"); process.stdout.write("noise");';
    const cwd = temporary({
      'experiment.mjs':
        smallExperiment({ loadData: `() => { ${noise} return { train: split, val: split }; }` }) + noise,
    });
    const created = await alc(['create', 'experiment.mjs', 'runs', '--json'], { cwd });
    const run = await alc(['run', 'runs/1', '--json'], { cwd });
    for (const { code, stdout, stderr } of [created, run]) {
      expect([code, typeof JSON.parse(stdout), stderr]).toEqual([0, 'object', expect.stringContaining('noise')]);
    }
  });

  it.concurrent('that is over is refused with a configuration that was edited since', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment(), 'runs/1/cfg.mjs': smallConfiguration });
    expect((await alc(['run', 'experiment.mjs', 'runs/1'], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, 'runs/1/cfg.mjs'), smallConfiguration.replace('0.1', '0.2'));
    const edited = await alc(['run', 'experiment.mjs', 'runs/1'], { cwd });
    expect([edited.code, edited.stdout]).toEqual([2, '']);
    expect(edited.stderr).toMatch(/^ {2}- .*learningRate: 0\.1 .*\n {2}\+ .*learningRate: 0\.2 /m);
    expect((await alc(['run', 'experiment.mjs', 'runs/1', '--accept-changed'], { cwd })).code).toBe(0);
  });

  it.concurrent('that diverges long before a pause keeps checkpoints of finite parameters alone', async () => {
    const cwd = temporary({
      'experiment.mjs': smallExperiment({
        head: "import { afterSteps, everySteps, mlp, tensor, Trainer } from 'alchemie';\nconst far = 3e6;",
        model: "{ inputs: 2, outputs: 1, activation: 'identity', loss: 'squaredError' }",
        newTrainer: `(pars, data, { seed }) => new Trainer({ model: mlp({ ...model, hidden: pars.hidden }), data, seed,
          optimizer: pars.optimizer, pause: everySteps(far), stop: afterSteps(far) })`,
      }),
      'runs/1/cfg.mjs': smallConfiguration.replace('0.1', "{ name: 'linear', from: 0, to: 4, steps: 1e6 }"),
    });
    const { code, stdout } = await alc(['run', 'experiment.mjs', 'runs/1', '--checkpoint-every=10ms'], { cwd });
    expect([code, stdout]).toEqual([1, expect.stringContaining('diverged')]);
    const kept = readdirSync(join(cwd, 'runs/1')).filter((name) => name.endsWith('.safetensors'));
    expect(kept.length).toBeGreaterThan(0);
    for (const name of kept) {
      const tensors = readSafetensors(readFileSync(join(cwd, 'runs/1', name)));
      expect([...tensors.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
    }
  });

  it.concurrent('that diverges says so, and its best is reported', async () => {
    const cfg = (rate: string) => smallConfiguration.replace('0.1', rate);
    const model = "{ inputs: 2, outputs: 1, activation: 'identity', loss: 'squaredError' }";
    const cwd = temporary({
      'experiment.mjs': smallExperiment({ model }),
      'runs/experiment.json': '{"module":"../experiment.mjs","seed":0}',
      'runs/1/cfg.mjs': cfg('0.1'),
      'runs/2/cfg.mjs': cfg("{ name: 'linear', from: 0.001, to: 4, steps: 500 }"),
    });
    const first = await alc(['run', 'runs/2'], { cwd });
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(
      /^runs\/2: diverged: the training loss is no longer finite; step \d+, .*best parameters\n$/,
    );
    const log = read(cwd, 'runs/2/log.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(log.length).toBeGreaterThan(1);
    expect(['NaN', 'Infinity']).toContain(log.at(-1).trainLoss);
    expect(JSON.parse(read(cwd, 'runs/2/report-last.json'))).toEqual({ valLoss: log.at(-1).bestLoss });
    const before = tree(cwd);
    const again = await alc(['run', 'runs/2'], { cwd });
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toBe('runs/2: nothing to do: the run has diverged; report-last.json has its result\n');
    expect(tree(cwd)).toEqual(before);

    for (const left of [1, 2]) {
      const { code, stderr } = await alc(['run', 'runs'], { cwd });
      expect([code, stderr]).toEqual([1, `runs: ${left} of 2 are finished already\nruns: failed: 2\n`]);
    }
    const { ranked } = JSON.parse(await alcOk(['evaluate', 'runs', '--json'], { cwd }));
    expect(ranked).toMatchObject([
      { index: 1, state: 'finished' },
      { index: 2, state: 'diverged' },
    ]);
  });
});

describe('evaluate', { timeout }, () => {
  it('ranks the others if one is damaged, and create goes on', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment() });
    await alcOk(['create', 'experiment.mjs', 'runs', '--amount=3'], { cwd });
    await alcOk(['run', 'runs'], { cwd });
    put(cwd, { 'runs/2/log.jsonl': `${read(cwd, 'runs/2/log.jsonl')}{"step":\n` });
    const { code, stdout, stderr } = await alc(['evaluate', 'runs'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^damaged: 2 \(1\)$/m)]);
    expect(stderr).toMatch(/^runs\/2\/log\.jsonl: .*not valid JSON.*\n$/);
    const { ranked, withoutResult } = JSON.parse(read(cwd, 'runs/result.json'));
    expect([ranked.length, withoutResult]).toEqual([2, [expect.objectContaining({ index: 2, state: 'damaged' })]]);
    expect(await alcOk(['create', 'experiment.mjs', 'runs'], { cwd })).toContain('runs: 4');
  });
});

describe('a module that leaves a timer open', { timeout }, () => {
  it('does not keep create and run from ending', async () => {
    const head =
      "import { afterSteps, everySteps, mlp, tensor, Trainer } from 'alchemie';\nsetInterval(() => {}, 60_000);";
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ head }) });
    await alcOk(['create', 'experiment.mjs', 'runs'], { cwd });
    expect(await alcOk(['run', 'runs/1'], { cwd })).toContain('finished');
  });
});

describe('--json', { timeout }, () => {
  it('prints what can be read', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment() });
    const json = async (...args: string[]) => JSON.parse(await alcOk([...args, '--json'], { cwd }));
    expect(await json('create', 'experiment.mjs', 'runs', '--amount=3')).toEqual({
      location: 'runs',
      directories: ['runs/1', 'runs/2', 'runs/3'],
    });
    const one = await json('run', 'runs/1');
    const facts = { state: 'finished', step: 200, bestLoss: expect.any(Number), seconds: expect.any(Number) };
    const sha256 = expect.stringMatching(/^[\da-f]{64}$/);
    expect(one).toEqual({
      directory: 'runs/1',
      ...facts,
      sha256,
      fromStep: 0,
      checkpoint: 1,
      report: { valLoss: one.bestLoss },
    });
    const { fromStep, checkpoint, ...stored } = one;
    expect(await json('run', 'runs/1')).toEqual(stored);
    const all = await json('run', 'runs');
    expect(all).toMatchObject({ location: 'runs', failed: [] });
    expect(all.runs.map(({ directory }: { directory: string }) => directory)).toEqual(['runs/1', 'runs/2', 'runs/3']);
    expect(all.runs).toMatchObject([stored, facts, facts]);
    expect(await json('evaluate', 'runs')).toMatchObject({ best: { state: 'finished' }, withoutResult: [] });
  });
});

describe('help', { timeout }, () => {
  it.concurrent('is given for all and for each', async () => {
    const general = await alc(['--help']);
    expect([general.code, general.stderr]).toEqual([0, '']);
    for (const command of ['create', 'run', 'evaluate'])
      expect(general.stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
    const run = await alc(['run', '--help']);
    expect([run.code, run.stderr]).toEqual([0, '']);
    for (const option of ['jobs', 'data', 'time-limit', 'checkpoint-every', 'accept-changed', 'json']) {
      expect(run.stdout).toContain(`--${option}`);
    }
  });

  it.concurrent('is given by a command, too', async () => {
    expect(await alcOk(['help'])).toBe(await alcOk(['--help']));
    expect(await alcOk(['help', 'run'])).toBe(await alcOk(['run', '--help']));
  });

  it.concurrent('tells the version', async () => {
    const { version } = JSON.parse(read(root, 'package.json'));
    expect(await alcOk(['--version'])).toContain(`alc/${version}`);
    expect(await alcOk(['run', '--version'])).toContain(`alc/${version}`);
  });

  it.concurrent('shows the program', async () => {
    const cwd = temporary({ 'experiment.mjs': smallExperiment(), 'runs/1/cfg.mjs': smallConfiguration });
    const program = await alcOk(['run', 'experiment.mjs', 'runs/1', '--print-program'], { cwd });
    expect(program).toMatch(/^train:\n( {2}.*\n)*.*matmul.*\[4,3\]/m);
    expect(readdirSync(join(cwd, 'runs/1'))).toEqual(['cfg.mjs']);
  });
});

describe('a reader that goes away', { timeout }, () => {
  it.concurrent.each(['2>/dev/null | true', '2>&1 | head -1'])('does not stop a run: %s', async (pipe) => {
    const head = "import { afterSteps, everySteps, jsonLine, mlp, tensor, Trainer } from 'alchemie';";
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ head }), 'runs/1/cfg.mjs': smallConfiguration });
    put(cwd, {
      'experiment.mjs': read(cwd, 'experiment.mjs').replace('everySteps(50)', 'everySteps(1), report: jsonLine()'),
    });
    const line = `("$0" "$@"; echo $? > code) ${pipe}`;
    const command = ['sh', '-c', line, process.execPath, main] as const;
    await alc(['run', 'experiment.mjs', 'runs/1'], { cwd, command });
    expect(read(cwd, 'code')).toBe('0\n');
    expect(existsSync(join(cwd, 'runs/1/report-last.json'))).toBe(true);
    expect(read(cwd, 'runs/1/log.jsonl').split('\n')).toHaveLength(201);
  });
});
