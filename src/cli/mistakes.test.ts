// Every mistake of a user gives one clear sentence and the right exit code; no stack, nothing on stdout, nothing lost.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, type Ended, main, put, read, removeTemporaries, root, temporary, tree } from '../testing/alc.ts';
import { type Parts, smallConfiguration, smallExperiment } from '../testing/small-experiment.ts';

afterAll(removeTemporaries);

/** No stack, nothing of our own insides, nothing on stdout. */
function expectSentence({ stdout, stderr }: Ended, lines = 1): void {
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n'), stderr).toHaveLength(lines);
  expect(stderr).toMatch(/^\S.*[^\s:]\n$/s);
  expect(stderr).not.toMatch(/^ {4}at |node:internal|file:\/\/|a bug|undefined \(reading/m);
  expect(stderr).not.toContain(join(root, 'dist'));
}

interface Mistake {
  readonly args: readonly string[];
  readonly code: 1 | 2;
  /** What the sentence must contain. */
  readonly says: readonly (string | RegExp)[];
  readonly change?: Parts;
  readonly files?: Readonly<Record<string, string>>;
}

async function expectMistake({ args, code, says, change, files }: Mistake): Promise<void> {
  const cwd = temporary({
    'experiment.mjs': smallExperiment(change),
    'runs/experiment.json': '{\n  "module": "../experiment.mjs",\n  "seed": 0\n}\n',
    'runs/1/cfg.mjs': smallConfiguration,
    'a-file': 'text',
    ...files,
  });
  mkdirSync(join(cwd, 'empty'));
  const before = tree(cwd);
  const ended = await alc(args, { cwd });
  expectSentence(ended);
  for (const part of says) expect(ended.stderr).toMatch(part);
  expect(ended.code, ended.stderr).toBe(code);
  // A failed run may say in run.json that it failed, and may have logged.
  const after = tree(cwd);
  const isTrace = (name: string): boolean => /^runs\/1\/(run\.json|log\.jsonl|checkpoint-.*|report-.*)$/.test(name);
  if (args[0] === 'run') for (const name of Object.keys(after).filter(isTrace)) delete after[name];
  expect(after).toEqual(before);
}

function mistakes(title: string, cases: Readonly<Record<string, Mistake>>): void {
  describe(title, () => {
    it.concurrent.each(Object.entries(cases))('%s', { timeout: 60_000 }, async (_, mistake) => {
      await expectMistake(mistake);
    });
  });
}

mistakes('on the command line', {
  'no command': { args: [], code: 2, says: ['command is missing', 'alc --help'] },
  'an unknown command': {
    args: ['crate', 'a', 'b'],
    code: 2,
    says: ["unknown command 'crate'", "did you mean 'create'?"],
  },
  'a command like no other': { args: ['xyzzy'], code: 2, says: ["'xyzzy'", 'create, run, evaluate'] },
  'an unknown flag': {
    args: ['create', 'experiment.mjs', 'new', '--amuont=3'],
    code: 2,
    says: ["unknown option '--amuont'", 'did you mean --amount?'],
  },
  'an unknown flag of two words': {
    args: ['run', 'runs', '--time-limt=3m'],
    code: 2,
    says: ["unknown option '--time-limt'", 'did you mean --time-limit?'],
  },
  'a flag like no other': {
    args: ['evaluate', 'runs', '--colours'],
    code: 2,
    says: ["'--colours'", 'alc evaluate --help'],
  },
  'a short flag': { args: ['run', 'runs', '-x'], code: 2, says: ["unknown option '-x'", 'alc run --help'] },
  'an unknown flag without a command': { args: ['--foo'], code: 2, says: ["unknown option '--foo'", 'alc --help'] },
  'a flag that every object has': {
    args: ['run', 'runs/1', '--constructor=3'],
    code: 2,
    says: ["unknown option '--constructor'"],
  },
  'a flag that every object is': {
    args: ['run', 'runs/1', '--__proto__=3'],
    code: 2,
    says: ["unknown option '--__proto__'"],
  },
  'a switch with a value': { args: ['run', 'runs/1', '--json=3'], code: 2, says: ['--json', 'no value', "'3'"] },
  'an option that is given twice': {
    args: ['run', 'runs/1', '--data=a', '--data', 'b'],
    code: 2,
    says: ['--data', '2 times', "'a' and 'b'"],
  },
  'an option whose value is the next option': {
    args: ['run', 'runs/1', '--data', '--json'],
    code: 2,
    says: ['--data <folder> is missing'],
  },
  'an empty location': { args: ['create', 'experiment.mjs', ''], code: 2, says: ['argument 2 is empty'] },
  'an empty module': { args: ['create', ' ', 'new'], code: 2, says: ['argument 1 is empty'] },
  'an empty override': { args: ['create', 'experiment.mjs', 'new', '--set', ''], code: 2, says: ['--set', 'missing'] },
  'a text for a number': {
    args: ['create', 'experiment.mjs', 'new', '--set', 'optimizer.learningRate=abc'],
    code: 2,
    says: [/^--set: optimizer.learningRate is a number, got the text abc; write /],
  },
  'too few arguments': {
    args: ['create', 'experiment.mjs'],
    code: 2,
    says: ['<location> is missing', 'alc create <module> <location>'],
  },
  'too many arguments': { args: ['evaluate', 'runs', 'more'], code: 2, says: ["'more'"] },
  'an option without its value': {
    args: ['create', 'experiment.mjs', 'new', '--amount'],
    code: 2,
    says: ['--amount', 'missing'],
  },
  'a negative amount': {
    args: ['create', 'experiment.mjs', 'new', '--amount=-1'],
    code: 2,
    says: ['--amount', 'whole number', "'-1'"],
  },
  'an amount of zero': {
    args: ['create', 'experiment.mjs', 'new', '--amount=0'],
    code: 2,
    says: ['--amount', 'at least 1', "'0'"],
  },
  'half an amount': { args: ['create', 'experiment.mjs', 'new', '--amount=1.5'], code: 2, says: ['--amount', "'1.5'"] },
  'an amount that is no number': {
    args: ['create', 'experiment.mjs', 'new', '--amount=NaN'],
    code: 2,
    says: ['--amount', "'NaN'"],
  },
  'an amount in words': {
    args: ['create', 'experiment.mjs', 'new', '--amount', 'ten'],
    code: 2,
    says: ['--amount', "'ten'"],
  },
  'a negative seed': {
    args: ['create', 'experiment.mjs', 'new', '--seed=-3'],
    code: 2,
    says: ['--seed', 'at least 0', "'-3'"],
  },
  'half a seed': { args: ['create', 'experiment.mjs', 'new', '--seed=0.5'], code: 2, says: ['--seed', "'0.5'"] },
  'a seed that is too large': {
    args: ['create', 'experiment.mjs', 'new', '--seed=99999999999999999999'],
    code: 2,
    says: ['--seed'],
  },
  'jobs of zero': { args: ['run', 'runs', '--jobs=0'], code: 2, says: ['--jobs', "'0'"] },
  'a duration in words': {
    args: ['run', 'runs/1', '--time-limit=soon'],
    code: 2,
    says: ['--time-limit', "'soon'", '55m'],
  },
  'a negative duration': { args: ['run', 'runs/1', '--time-limit=-5'], code: 2, says: ['--time-limit', "'-5'"] },
  'a duration of an unknown unit': {
    args: ['run', 'runs/1', '--checkpoint-every=3w'],
    code: 2,
    says: ['--checkpoint-every', "'3w'"],
  },
  'a duration for many': { args: ['run', 'runs', '--time-limit=soon'], code: 2, says: ['--time-limit', "'soon'"] },
  'the programs of many': {
    args: ['run', 'runs', '--print-program'],
    code: 2,
    says: ['--print-program', 'one configuration'],
  },
  'a table of nothing': { args: ['evaluate', 'runs', '--top=0'], code: 2, says: ['--top', "'0'"] },
  'an override without a value': {
    args: ['create', 'experiment.mjs', 'new', '--set', 'hidden'],
    code: 2,
    says: ["'hidden'", 'optimizer.learningRate=1e-3'],
  },
  'an override of an unknown path': {
    args: ['create', 'experiment.mjs', 'new', '--set', 'optimiser.learningRate=1'],
    code: 2,
    says: ["'optimiser'", 'known are hidden, optimizer'],
  },
  'an override of broken JSON': {
    args: ['create', 'experiment.mjs', 'new', '--set', 'hidden=[3'],
    code: 2,
    says: ['hidden', 'not JSON'],
  },
  'an override of an element that is not there': {
    args: ['create', 'experiment.mjs', 'new', '--set', 'hidden[4]=3'],
    code: 2,
    says: ["'4'", 'hidden'],
  },
  'an override of __proto__': {
    args: ['create', 'experiment.mjs', 'new', '--set', '__proto__.a=3'],
    code: 2,
    says: ['__proto__'],
  },
  'a --from file that does not exist': {
    args: ['create', 'experiment.mjs', 'new', '--from', 'no.json'],
    code: 2,
    says: ['--from', 'no.json'],
  },
  'a --from file that is broken': {
    args: ['create', 'experiment.mjs', 'new', '--from', 'a.json'],
    files: { 'a.json': '[{"hidden": 3},\n' },
    code: 2,
    says: ['a.json', 'not valid JSON'],
  },
  'a --from file that is a folder': {
    args: ['create', 'experiment.mjs', 'new', '--from', 'empty'],
    code: 2,
    says: ['empty', 'not a file'],
  },
  'a --from file of nothing': {
    args: ['create', 'experiment.mjs', 'runs', '--from', 'a.json'],
    files: { 'a.json': '[]' },
    code: 2,
    says: ['--from: a.json is an empty list'],
  },
  'a --from file of numbers': {
    args: ['create', 'experiment.mjs', 'new', '--from', 'a.json'],
    files: { 'a.json': '[1, 2]' },
    code: 2,
    says: ['configuration 1: a.json: each configuration must be an object, got a number'],
  },
});

mistakes('with the module', {
  'that does not exist': { args: ['create', 'no.ts', 'new'], code: 2, says: ['no.ts', 'no such module'] },
  'that does not exist, when it is run': {
    args: ['run', 'no.ts', 'runs/1'],
    code: 2,
    says: ['no.ts', 'no such module'],
  },
  'that is a folder': { args: ['create', 'empty', 'new'], code: 2, says: ['empty', 'not a file'] },
  'with a syntax error in TypeScript': {
    args: ['create', 'a.ts', 'new'],
    files: { 'a.ts': 'const a: number = 1;\n\nconst b = (;\n' },
    code: 2,
    says: ['a.ts:3:', 'could not be loaded'],
  },
  'with a syntax error in JavaScript': {
    args: ['run', 'a.mjs', 'runs/1'],
    files: { 'a.mjs': '\nlet a;\nlet a;\n' },
    code: 2,
    says: ['a.mjs:3:', "'a' has already been declared"],
  },
  'with a syntax error in a file that it imports': {
    args: ['create', 'a.ts', 'new'],
    files: { 'a.ts': "import './lib/b.ts';\n", 'lib/b.ts': 'export const = 5;\n' },
    code: 2,
    says: ['lib/b.ts:1:'],
  },
  'that throws': {
    args: ['create', 'a.ts', 'new'],
    files: { 'a.ts': "type A = 1;\nthrow new Error('no luck');\n" },
    code: 2,
    says: ['no luck', 'a.ts:2'],
  },
  'that throws no error': {
    args: ['create', 'a.mjs', 'new'],
    files: { 'a.mjs': "throw 'no luck';\n" },
    code: 2,
    says: ['a.mjs', 'no luck'],
  },
  'that imports what is not there': {
    args: ['create', 'a.mjs', 'new'],
    files: { 'a.mjs': "import './b.mjs';\n" },
    code: 2,
    says: [/^a\.mjs: could not be loaded: Cannot find module '\.\/b\.mjs' \(a\.mjs\)$/m],
  },
  'that imports what we do not have': {
    args: ['create', 'a.mjs', 'new'],
    files: { 'a.mjs': "import { samplee } from 'alchemie';\nsamplee;\n" },
    code: 2,
    says: [/^a\.mjs: could not be loaded: alchemie: exports no 'samplee'; did you mean 'sample'\? \(a\.mjs:2/m],
  },
  'that throws above its imports': {
    args: ['create', 'a.mjs', 'new'],
    files: {
      'a.mjs': "const a = 1;\n   throw new Error('no luck');\nimport { tensor } from 'alchemie';\ntensor([a]);\n",
    },
    code: 2,
    says: ['no luck (a.mjs:2:10)'],
  },
  'that waits for ever': {
    args: ['create', 'a.mjs', 'new'],
    files: { 'a.mjs': 'await new Promise(() => {});\n' },
    code: 1,
    says: ['promise', 'settle'],
  },
  'without one function': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { makeReport: undefined },
    code: 2,
    says: [/: makeReport is missing; export/],
  },
  'without three functions': {
    args: ['run', 'runs/1'],
    change: { preamble: undefined, loadData: undefined, newTrainer: undefined },
    code: 2,
    says: [/: preamble, loadData, newTrainer are missing; export/],
  },
  'whose function is none': {
    args: ['run', 'runs/1'],
    change: { loadData: '5' },
    code: 2,
    says: ['loadData is missing'],
  },
  'whose default export is no experiment': {
    args: ['create', 'a.mjs', 'new'],
    files: { 'a.mjs': 'export default 5;\n' },
    code: 2,
    says: ['defineExperiment'],
  },
  'that exports nothing': {
    args: ['create', 'a-file.mjs', 'new'],
    files: { 'a-file.mjs': '' },
    code: 2,
    says: ['preamble, drawPars, loadData, newTrainer, makeReport are missing'],
  },
  'that was noted and has gone': {
    args: ['run', 'runs/1'],
    files: { 'runs/experiment.json': '{"module":"../gone.mjs","seed":0}' },
    code: 2,
    says: ['gone.mjs', 'no such module'],
  },
  'that was never noted': {
    args: ['run', 'others/1'],
    files: { 'others/1/cfg.mjs': smallConfiguration },
    code: 2,
    says: ['others/1', 'no module is noted', 'alc run <module>'],
  },
  'in a broken note': {
    args: ['run', 'runs/1'],
    files: { 'runs/experiment.json': '{"module":' },
    code: 2,
    says: ['runs/experiment.json', 'not valid JSON'],
  },
  'in a note without it': {
    args: ['create', 'experiment.mjs', 'runs'],
    files: { 'runs/experiment.json': '{"seed":1}' },
    code: 2,
    says: ['runs/experiment.json', 'module'],
  },
});

mistakes('with the location', {
  'that is a file, in create': { args: ['create', 'experiment.mjs', 'a-file'], code: 2, says: ['a-file', 'is a file'] },
  'that is a file, in run': { args: ['run', 'experiment.mjs', 'a-file'], code: 2, says: ['a-file', 'is a file'] },
  'that is a file, in evaluate': { args: ['evaluate', 'a-file'], code: 2, says: ['a-file', 'is a file'] },
  'that lies in a file': { args: ['create', 'experiment.mjs', 'a-file/new'], code: 2, says: ['a-file/new'] },
  'without numbers left': {
    args: ['create', 'experiment.mjs', 'runs'],
    files: { 'runs/999999999999999/notes': '' },
    code: 2,
    says: ['runs/999999999999999: there are no 1 numbers after this one'],
  },
  'that does not exist, in run': {
    args: ['run', 'experiment.mjs', 'new'],
    code: 2,
    says: ['new', 'no such location', 'alc create'],
  },
  'that does not exist, in evaluate': {
    args: ['evaluate', 'new'],
    code: 2,
    says: ['new', 'no such location', 'alc create'],
  },
  'that is empty, in run': {
    args: ['run', 'experiment.mjs', 'empty'],
    code: 2,
    says: ['empty', 'no configurations', 'alc create'],
  },
  'that is empty, in evaluate': {
    args: ['evaluate', 'empty'],
    code: 2,
    says: ['empty', 'no configurations', 'alc create'],
  },
  'where all has diverged, in evaluate': {
    args: ['evaluate', 'runs'],
    files: {
      'runs/1/log.jsonl': '{"step":1,"trainLoss":"NaN","bestLoss":"Infinity"}\n',
      'runs/1/report-last.json': '{}',
    },
    code: 2,
    says: ['runs: none of the configurations', '1 diverged', 'alc create'],
  },
  'where nothing was run, in evaluate': { args: ['evaluate', 'runs'], code: 2, says: ['runs', 'none', 'alc run'] },
});

const cfg = (text: string) => ({ 'runs/1/cfg.mjs': text });

mistakes('in a configuration', {
  'that is not there': {
    args: ['run', 'experiment.mjs', 'runs/2'],
    files: { 'runs/2/notes': '' },
    code: 2,
    says: ['runs/2', 'no configurations'],
  },
  'that is a directory': {
    args: ['run', 'experiment.mjs', 'runs/3'],
    files: { 'runs/3/cfg.mjs/notes': '' },
    code: 2,
    says: ['runs/3/cfg.mjs: is not a file; move it away'],
  },
  'that throws': {
    args: ['run', 'runs/1'],
    files: cfg("const a = 1;\nthrow new Error('no luck');\n"),
    code: 2,
    says: ['runs/1/cfg.mjs:2', 'no luck'],
  },
  'with a syntax error': {
    args: ['run', 'runs/1'],
    files: cfg('export const pars = { a: 1 };\n\nexport const seed = ;\n'),
    code: 2,
    says: ['runs/1/cfg.mjs:3'],
  },
  'without pars': {
    args: ['run', 'runs/1'],
    files: cfg('export const seed = 1;\n'),
    code: 2,
    says: ['runs/1/cfg.mjs', 'pars'],
  },
  'without a seed': {
    args: ['run', 'runs/1'],
    files: cfg('export const pars = {};\n'),
    code: 2,
    says: ['runs/1/cfg.mjs', 'seed'],
  },
  'with a negative seed': {
    args: ['run', 'runs/1'],
    files: cfg('export const pars = {};\nexport const seed = -1;\n'),
    code: 2,
    says: ['runs/1/cfg.mjs', 'seed', '-1'],
  },
  'whose pars are a list': {
    args: ['run', 'runs/1'],
    files: cfg('export const pars = [];\nexport const seed = 1;\n'),
    code: 2,
    says: ['runs/1/cfg.mjs', 'pars', 'a list'],
  },
  'that is empty': { args: ['run', 'runs/1'], files: cfg(''), code: 2, says: ['runs/1/cfg.mjs'] },
});

const draws = (pars: string): Mistake => ({
  args: ['create', 'experiment.mjs', 'new', '--amount=2'],
  change: { drawPars: `function* (n) { yield { a: 1 }; ${pars} }` },
  code: 2,
  says: [],
});

mistakes('in preamble and drawPars', {
  'a preamble that is no comment': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { preamble: "() => 'job 1'" },
    code: 2,
    says: ['preamble', 'comment', 'job 1'],
  },
  'a preamble that ends too early': {
    args: ['create', 'experiment.mjs', 'runs'],
    change: { preamble: "() => '/* a */ process.exit(5) /* b */'" },
    code: 2,
    says: ['preamble', 'comment', 'process.exit(5)'],
  },
  'a second preamble that is no comment': {
    args: ['create', 'experiment.mjs', 'new', '--amount=3'],
    change: { preamble: "(job) => job < 3 ? '' : 'x'" },
    code: 2,
    says: ['preamble', 'comment'],
  },
  'a preamble that is no text': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { preamble: '() => 5' },
    code: 2,
    says: ['preamble', 'string'],
  },
  'a preamble that throws': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { preamble: "() => { throw new Error('no luck'); }" },
    code: 1,
    says: ['preamble', 'no luck', 'experiment.mjs:'],
  },
  'drawPars that throws': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { drawPars: "() => { throw new Error('no luck'); }" },
    code: 1,
    says: ['drawPars', 'no luck', 'experiment.mjs:'],
  },
  'too few pars': {
    args: ['create', 'experiment.mjs', 'new', '--amount=3'],
    change: { drawPars: '() => [{}]' },
    code: 2,
    says: ['drawPars gave 1 configuration, asked for 3; lower --amount'],
  },
  'no pars': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { drawPars: '() => undefined' },
    code: 1,
    says: ['drawPars', 'list', 'undefined'],
  },
  'a promise of pars': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { drawPars: 'async () => [{}]' },
    code: 1,
    says: ['drawPars', 'a promise'],
  },
  'pars that are no object': { ...draws('yield 5;'), says: ['configuration 2: drawPars', 'object', 'a number'] },
  'pars that are a list': { ...draws('yield [5];'), says: ['drawPars', 'a list'] },
  'a function among pars': {
    ...draws('yield { list: [1, { inner: () => 5 }] };'),
    says: [/^configuration 2: pars\.list\[1\]\.inner: .* function/],
  },
  'a circle in pars': { ...draws('const a = { deep: {} }; a.deep.again = a; yield a;'), says: ['pars.deep.again'] },
  'a symbol among pars': { ...draws("yield { 'the name': Symbol('x') };"), says: ['pars["the name"]', 'symbol'] },
  '__proto__ among pars': { ...draws(`yield JSON.parse('{"a": {"__proto__": 1}}');`), says: ['pars.a.__proto__'] },
  'an instance among pars': { ...draws('yield { when: new (class Moment {})() };'), says: ['pars.when', 'Moment'] },
  'a draw without a seed': {
    args: ['create', 'experiment.mjs', 'new'],
    change: { head: "import { sample, tensor } from 'alchemie';", drawPars: '(n) => sample({ a: 1 }, n)' },
    code: 1,
    says: ['drawPars: sample: the seed is missing, got undefined'],
  },
  'a space that is wrong': {
    args: ['create', 'experiment.mjs', 'new'],
    change: {
      head: "import { sample, tensor, uniform } from 'alchemie';",
      drawPars: '(n, c) => sample({ a: uniform(3, 1) }, n, c)',
    },
    code: 1,
    says: ['drawPars', 'uniform', '3 and 1'],
  },
});

const runs = (change: Parts, ...says: (string | RegExp)[]): Mistake => ({
  args: ['run', 'runs/1'],
  change,
  code: 1,
  says: [/^runs\/1: /, ...says],
});
const more = (text: string, ...says: (string | RegExp)[]): Mistake => ({
  args: ['run', 'runs/1'],
  files: cfg(`export const pars = { hidden: [3], optimizer: { name: 'sgd' }, ...${text} };\nexport const seed = 1;\n`),
  code: 1,
  says: [/^runs\/1: newTrainer: /, 'experiment.mjs:', ...says],
});

const forEver = 'snapshot() {}, restore() {}, withBest() {}, fit: () => new Promise((end) => setTimeout(end, 60_000))';

mistakes('in a run', {
  'loadData that throws': runs(
    { loadData: "() => { throw new Error('no luck'); }" },
    'loadData: no luck (experiment.mjs:',
  ),
  'loadData that throws in several lines': runs(
    { loadData: "() => { throw new Error('no\\n  luck'); }" },
    'loadData: no luck (experiment.mjs:',
  ),
  'loadData that fails later': runs(
    { loadData: "async () => { await 1; throw new Error('no luck'); }" },
    'loadData: no luck',
  ),
  'loadData that gives nothing': runs({ loadData: '() => {}' }, 'loadData', '{ train, val }', 'undefined'),
  'loadData without val': runs({ loadData: '() => ({ train: split })' }, 'loadData', '{ train, val }'),
  'data that are no tensors': runs({ split: '[[[0, 0]], [[1]]]' }, 'newTrainer: train: ', 'tensor('),
  'data of unequal rows': runs({ split: '[tensor([[0, 0], [1, 1]]), tensor([[1]])]' }, 'newTrainer', 'rows', '2 and 1'),
  'an input of wrong width': runs(
    { split: '[tensor([[0, 0, 0]]), tensor([[1]])]' },
    'newTrainer',
    'input',
    '2 columns',
    'got 3',
  ),
  'a target of wrong width': runs(
    { split: '[tensor([[0, 0]]), tensor([[1, 1]])]' },
    'newTrainer',
    'target',
    '1 columns',
    'got 2',
  ),
  'no rows': runs(
    { split: '[tensor(new Float32Array(0), [0, 2]), tensor(new Float32Array(0), [0, 1])]' },
    'newTrainer',
    'no rows',
  ),
  'lists of unequal length': runs(
    { loadData: '() => ({ train: [tensor([[0, 0], [1]])], val: split })' },
    'loadData: tensor:',
  ),
  'newTrainer that throws': runs(
    { newTrainer: "() => { throw new TypeError('no luck'); }" },
    'newTrainer: no luck (experiment.mjs:',
  ),
  'newTrainer that gives nothing': runs({ newTrainer: '() => {}' }, 'newTrainer', 'must return a trainer', 'undefined'),
  'newTrainer that gives half a trainer': runs({ newTrainer: '() => ({ fit() {} })' }, 'newTrainer', 'snapshot()'),
  'an unknown activation': runs(
    { model: "{ inputs: 2, outputs: 1, activation: 'tahn', loss: 'squaredError' }" },
    'newTrainer',
    "'tahn'",
    'tanh',
  ),
  'an unknown loss': runs(
    { model: "{ inputs: 2, outputs: 1, activation: 'tanh', loss: 'error' }" },
    'newTrainer',
    "'error'",
    'squaredError',
  ),
  'an unknown option of the model': runs(
    { model: "{ inputs: 2, outputs: 1, activation: 'tanh', loss: 'squaredError', depth: 3 }" },
    'newTrainer',
    "'depth'",
    'hidden',
  ),
  'an unknown optimizer': more("{ optimizer: { name: 'sdg' } }", "'sdg'", 'known are', 'sgd'),
  'an unknown option of an optimizer': more(
    "{ optimizer: { name: 'sgd', learningrate: 1 } }",
    "'learningrate'",
    'learningRate',
  ),
  'an unknown option that is inherited': more("{ optimizer: { name: 'constructor' } }", "'constructor'", 'known are'),
  'a learning rate that is no number': more("{ optimizer: { name: 'sgd', learningRate: NaN } }", 'learningRate', 'NaN'),
  'a negative layer': more('{ hidden: [-3] }', 'hidden', '-3'),
  'a batch larger than the data': more('{ more: { batchSize: 5 } }', 'batchSize', '4', '5'),
  'half a batch': more('{ more: { batchSize: 1.5 } }', 'batchSize', '1.5'),
  'a criterion that has gone wrong': runs(
    {
      newTrainer:
        "(p, data, { seed }) => new Trainer({ model: mlp({ ...model, hidden: [3] }), data, seed, optimizer: { name: 'sgd' }, pause: everySteps(1), stop: () => { throw new Error('no luck'); } })",
    },
    'fit: no luck (experiment.mjs:',
  ),
  'loadData that waits for ever': runs({ loadData: '() => new Promise(() => {})' }, 'promise', 'settle'),
  'a timer that throws': runs(
    { newTrainer: `() => { setTimeout(() => { throw new Error('no luck'); }); return { ${forEver} }; }` },
    'not handled: no luck (experiment.mjs:',
  ),
  'a promise that was let go': runs(
    { newTrainer: `() => { setTimeout(() => { Promise.reject('no luck'); }); return { ${forEver} }; }` },
    'not handled: no luck',
  ),
  'makeReport that throws': runs(
    { makeReport: "() => { throw new Error('no luck'); }" },
    'makeReport: no luck (experiment.mjs:',
  ),
  'makeReport that gives nothing': runs({ makeReport: '() => {}' }, 'makeReport', 'the report', 'undefined'),
  'makeReport that gives a function': runs(
    { makeReport: '() => ({ loss: () => 5 })' },
    'makeReport',
    'the report.loss',
    'function',
  ),
  'makeReport that gives a date': runs(
    { makeReport: '() => ({ when: [new Date()] })' },
    'makeReport',
    'the report.when[0]',
  ),
  'makeReport that gives a circle': runs(
    { makeReport: '() => { const a = {}; a.a = a; return a; }' },
    'makeReport',
    'the report.a',
    'contains itself',
  ),
  'a program that cannot be printed': {
    ...runs({ newTrainer: "() => { throw new Error('no luck'); }" }, 'newTrainer: no luck'),
    args: ['run', 'runs/1', '--print-program'],
  },
});

describe('a failed run', () => {
  it('has kept what was trained, and goes on once the mistake is mended', async () => {
    const cwd = temporary({
      'experiment.mjs': smallExperiment({ makeReport: "() => { throw new Error('no luck'); }" }),
      'runs/1/cfg.mjs': smallConfiguration,
    });
    const args = ['run', 'experiment.mjs', 'runs/1'];
    const json = await alc([...args, '--json'], { cwd });
    const error = expect.stringContaining('makeReport: no luck');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, { directory: 'runs/1', state: 'failed', error }]);
    const failed = JSON.parse(read(cwd, 'runs/1/run.json'));
    expect(failed).toMatchObject({ state: 'failed', lineage: [{ end: 'failed' }] });
    expect(failed.seconds).toBeGreaterThan(0);
    put(cwd, { 'experiment.mjs': smallExperiment() });
    const { code, stderr } = await alc(args, { cwd });
    expect([code, stderr]).toEqual([0, 'runs/1: continuing at step 200, from checkpoint 1\n']);
    const { lineage, seconds } = JSON.parse(read(cwd, 'runs/1/run.json'));
    expect([lineage.length, seconds >= failed.seconds]).toEqual([2, true]);
  });

  it('by a stray error is noted as failed', async () => {
    const newTrainer = `() => { setTimeout(() => { throw new Error('no luck'); }); return { ${forEver} }; }`;
    const cwd = temporary({ 'experiment.mjs': smallExperiment({ newTrainer }), 'runs/1/cfg.mjs': smallConfiguration });
    expect((await alc(['run', 'experiment.mjs', 'runs/1'], { cwd })).code).toBe(1);
    const { state, lineage } = JSON.parse(read(cwd, 'runs/1/run.json'));
    expect([state, lineage[0].error]).toEqual(['failed', expect.stringContaining('no luck (experiment.mjs:')]);
  });

  it('does not stop the others', { timeout: 60_000 }, async () => {
    const cwd = temporary({
      'experiment.mjs': smallExperiment(),
      'runs/1/cfg.mjs': smallConfiguration,
      'runs/2/cfg.mjs': smallConfiguration.replace("'sgd'", "'sdg'"),
      'runs/3/cfg.mjs': 'throw 5;',
      'runs/4/cfg.mjs': smallConfiguration,
    });
    const { code, stderr } = await alc(['run', 'experiment.mjs', 'runs', '--jobs=1'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("runs/2: failed: newTrainer: optimizer: unknown name, got 'sdg'");
    expect(stderr).toContain('runs/3/cfg.mjs');
    expect(stderr).toMatch(/^runs: failed: 2, 3$/m);
    expect(existsSync(join(cwd, 'runs/1/report-last.json'))).toBe(true);
    expect(existsSync(join(cwd, 'runs/4/report-last.json'))).toBe(true);
  });
});

describe('a configuration that was edited after a checkpoint', async () => {
  const slow = {
    newTrainer:
      '(p, data, { seed }) => new Trainer({ model: mlp({ ...model, hidden: p.hidden }), data, seed, optimizer: p.optimizer, pause: everySteps(50), stop: afterSteps(p.steps ?? 1e9) })',
  };
  const source = smallExperiment(slow);
  const interrupted = async (): Promise<string> => {
    const cwd = temporary({ 'experiment.mjs': source, 'runs/1/cfg.mjs': smallConfiguration });
    const { code } = await alc(['run', 'experiment.mjs', 'runs/1', '--time-limit=1ms'], { cwd });
    expect(code).toBe(9);
    return cwd;
  };
  const args = ['run', 'experiment.mjs', 'runs/1'];

  it.concurrent('is refused, with the difference, unless it is accepted', { timeout: 60_000 }, async () => {
    const cwd = await interrupted();
    const edited = smallConfiguration
      .replace('learningRate: 0.1', 'learningRate: 0.25')
      .replace('[3],', '[3], steps: 1000,');
    put(cwd, { 'runs/1/cfg.mjs': edited });
    const before = tree(cwd);
    const ended = await alc(args, { cwd });
    expectSentence(ended, ended.stderr.trim().split('\n').length);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^ {2}- .*learningRate: 0\.1\b/m);
    expect(ended.stderr).toMatch(/^ {2}\+ .*learningRate: 0\.25\b/m);
    expect(ended.stderr).toContain('--accept-changed');
    expect({ ...tree(cwd), 'runs/1/run.json': '' }).toEqual({ ...before, 'runs/1/run.json': '' });

    const { code, stderr } = await alc([...args, '--accept-changed'], { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('continuing at step');
    // From now on it is the configuration.
    expect((await alc(args, { cwd })).code).toBe(0);
  });

  it.concurrent('so that the model is another one cannot even be accepted', { timeout: 60_000 }, async () => {
    const cwd = await interrupted();
    put(cwd, { 'runs/1/cfg.mjs': smallConfiguration.replace('[3]', '[4]') });
    const before = tree(cwd);
    const ended = await alc([...args, '--accept-changed'], { cwd });
    expectSentence(ended);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/checkpoint 1: .*does not fit/);
    expect({ ...tree(cwd), 'runs/1/run.json': '' }).toEqual({ ...before, 'runs/1/run.json': '' });
  });

  it.concurrent('in the module is refused too', { timeout: 60_000 }, async () => {
    const cwd = await interrupted();
    put(cwd, { 'experiment.mjs': source.replace("'tanh'", "'relu'") });
    const ended = await alc(args, { cwd });
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('what the module computes')]);
    expect(ended.stderr).toContain('--accept-changed');
  });

  it.concurrent('in its comments alone goes on', { timeout: 60_000 }, async () => {
    const cwd = await interrupted();
    put(cwd, { 'runs/1/cfg.mjs': `// A remark.\n${smallConfiguration.replaceAll(', ', ' ,  ')}` });
    const { code, stderr } = await alc([...args, '--time-limit=1ms'], { cwd });
    expect(code, stderr).toBe(9);
  });
});

/** Nobody, for root, whom no permission stops; undefined where nobody cannot even start `alc`. */
const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
const canDrop = uid !== undefined && spawnSync(process.execPath, [main, '--version'], { uid }).status === 0;

describe.skipIf(!canDrop)('without the permission to write', () => {
  const user = { ...(uid !== undefined && { uid }), env: { TMPDIR: '/nowhere' } };
  const sealed = (): string => {
    const cwd = temporary({
      'experiment.mjs': smallExperiment(),
      'runs/experiment.json': '{"module":"../experiment.mjs","seed":0}',
      'runs/1/cfg.mjs': smallConfiguration,
      'runs/1/log.jsonl': '{"step":50,"bestLoss":0.5}\n',
    });
    const below = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).map((name) => join(cwd, name));
    for (const path of [cwd, ...below]) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    return cwd;
  };
  const commands = {
    'nothing is created': [['create', 'experiment.mjs', 'new'], 'new'],
    'nothing is added': [['create', 'experiment.mjs', 'runs'], 'runs'],
    'nothing is run': [['run', 'runs/1'], 'runs/1'],
    'nothing is run of many': [['run', 'runs'], 'runs/1'],
  } as const;
  it.concurrent.each(Object.entries(commands))('%s', { timeout: 60_000 }, async (_, [args, path]) => {
    const cwd = sealed();
    const before = tree(cwd);
    const ended = await alc(args, { cwd, ...user });
    for (const name of ['runs/1', 'runs', '']) chmodSync(join(cwd, name), 0o755);
    expectSentence(ended);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(path);
    expect(ended.stderr).toMatch(/permission/);
    expect(tree(cwd)).toEqual(before);
  });

  it.concurrent('the best is shown all the same', { timeout: 60_000 }, async () => {
    const cwd = sealed();
    const before = tree(cwd);
    const { code, stdout, stderr } = await alc(['evaluate', 'runs'], { cwd, ...user });
    for (const name of ['runs/1', 'runs', '']) chmodSync(join(cwd, name), 0o755);
    expect([code, stdout]).toEqual([2, expect.stringContaining('>>> found the best experiment in\nruns/1\n')]);
    expect(stderr).toMatch(/^runs\/result\.txt: .*permission.*\n$/);
    expect(tree(cwd)).toEqual(before);
  });

  it.concurrent('what can be run is run', { timeout: 60_000 }, async () => {
    const cwd = sealed();
    put(cwd, { 'runs/2/cfg.mjs': smallConfiguration });
    chmodSync(join(cwd, 'runs/2'), 0o777);
    const { code, stderr } = await alc(['run', 'runs'], { cwd, ...user });
    for (const name of ['runs/1', 'runs', '']) chmodSync(join(cwd, name), 0o755);
    expect(code).toBe(1);
    expect(stderr).toMatch(/permission/);
    expect(stderr).toMatch(/^runs: failed: 1$/m);
    expect(existsSync(join(cwd, 'runs/2/report-last.json'))).toBe(true);
  });
});

const isRoot = process.getuid?.() === 0;

it.skipIf(!isRoot || !canDrop)('a user without a name can work', { timeout: 60_000 }, async () => {
  const cwd = temporary({ 'experiment.mjs': smallExperiment() });
  chmodSync(cwd, 0o777);
  const options = { cwd, uid: 54_321, env: { TMPDIR: cwd } };
  await alcOk(['create', 'experiment.mjs', 'runs'], options);
  await alcOk(['run', 'runs'], options);
});

const mount = (directory: string, after: string) =>
  [
    'unshare',
    '-rm',
    'sh',
    '-c',
    `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && ${after}`,
    directory,
  ] as const;
const [unshare, ...probe] = mount(temporary(), 'true');

it.skipIf(spawnSync(unshare, probe).status !== 0)('on a read-only file system nothing is run', async () => {
  const cwd = temporary({ 'experiment.mjs': smallExperiment(), 'runs/1/cfg.mjs': smallConfiguration });
  const command = [...mount(cwd, 'cd "$0" && exec "$@"'), process.execPath, main] as const;
  const ended = await alc(['run', 'experiment.mjs', 'runs/1'], { cwd, command });
  expectSentence(ended);
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('EROFS')]);
});
