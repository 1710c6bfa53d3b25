// Trials for the tests of exports, with all that makes formats stumble, and everything that can be exported of them.

import type { Chunks } from '../analysis/exports/format.ts';
import * as formats from '../analysis/exports/index.ts';
import { type LoggedTrial, longTable, wideTable } from '../analysis/table.ts';
import { type Tensor, tensor } from '../data/tensor.ts';
import type { Info } from '../trainable.ts';
import { everyOperationCase } from './onnxCases.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

type Given = Pick<LoggedTrial, 'index' | 'state' | 'pars' | 'report'> & { readonly log: readonly Info[] };

function trial({ index, state, pars, report, log }: Given): LoggedTrial {
  const info = log.at(-1);
  return {
    index,
    directory: `runs/odd/${index}`,
    state,
    step: info?.step ?? null,
    bestLoss: info?.bestLoss ?? null,
    pars,
    seed: 2 ** 53 - index,
    info,
    report,
    run: info && {
      state: 'finished',
      seconds: 0.1 * index,
      lineage: [
        { started: '2025-01-02T03:04:05.678Z', ended: '2025-01-02T03:04:06.000Z' },
        { started: '2025-01-03T03:04:05.678Z', ended: '2025-01-03T03:05:00.250Z' },
      ],
    },
    readLog: () => log,
  };
}

/** Not a number, infinite, negative zero, of 17 digits, missing, mixed, quoted, in other scripts, of several lines. */
export const oddTrials: readonly LoggedTrial[] = [
  trial({
    index: 1,
    state: 'finished',
    pars: {
      hidden: 3,
      rate: 0.1,
      activation: 'tanh',
      isDeep: true,
      mixed: 'auto',
      clip: infinity,
      layers: [3, 4],
      optimizer: { name: 'sgd' },
    },
    report: { testLoss: 0.1 + 0.2, note: 'says "a, b"\nand = c', nothing: null, confusion: [[1, 2]] },
    log: [
      { step: 10, epoch: 0.5, trainLoss: 2.5, valLoss: infinity, bestLoss: infinity },
      { step: 20, epoch: 1, trainLoss: 1 / 3, valLoss: 0.1 + 0.2, bestLoss: 0.1 + 0.2, isBest: true },
      { step: 30, epoch: 1.5, trainLoss: 5e-324, valLoss: 0.7, bestLoss: 0.1 + 0.2, isBest: false },
    ],
  }),
  trial({
    index: 2,
    state: 'diverged',
    pars: {
      hidden: 5,
      rate: 1e-5,
      activation: 'größer als ∞ 😀',
      isDeep: false,
      mixed: 3,
      clip: 1,
      optimizer: { name: 'adam', beta: 0.9 },
    },
    report: { testLoss: nan, note: '' },
    log: [{ step: 10, epoch: 0.5, trainLoss: nan, valLoss: nan, bestLoss: infinity, note: 'over' }],
  }),
  trial({
    index: 7,
    state: 'unfinished',
    pars: { hidden: 3, rate: -0, activation: 'tanh', isDeep: true, mixed: null, clip: 1 },
    report: undefined,
    log: [{ step: 10, epoch: 0.5, trainLoss: -0, valLoss: 0.25, bestLoss: 0.25 }],
  }),
  trial({
    index: 10,
    state: 'no result',
    pars: { hidden: 4, rate: 0.5, activation: 'relu', isDeep: true, mixed: false, clip: 2 },
    report: undefined,
    log: [],
  }),
  trial({ index: 11, state: 'no result', pars: undefined, report: undefined, log: [] }),
];

const oddParameters = new Map<string, Tensor>([
  [
    'hidden.weight',
    tensor([
      [1.5, -0, 1 / 3],
      [1e-45, 3e38, nan],
    ]),
  ],
  ['0', tensor(new Int32Array([-(2 ** 31)]), [1])],
  ['größe', tensor(new Uint8Array([0, 255]), [2])],
  ['bias', tensor(new Float32Array([0.25]), [])],
]);

/** The files that every format makes of these trials, by path; all in the order of the registry. */
export async function exportedFiles(trials: readonly LoggedTrial[] = oddTrials): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const put = (path: string, chunks: Chunks): unknown => files.set(path, Buffer.concat([...chunks]));
  for (const [name, format] of Object.entries(formats)) {
    const { ending, table, study, folder, parameters, graph } = format;
    if (table) put(`wide.${ending}`, await table(wideTable(trials)));
    if (table) put(`long.${ending}`, await table(longTable(trials)));
    if (study) put(`${name}.${ending}`, study(trials, 'odd'));
    for (const { path, chunks } of folder?.(trials, 'odd', 'file:///exports') ?? []) put(`${name}/${path}`, chunks);
    if (graph) put(`${name}/every operation.${ending}`, [everyOperationCase().file]);
    if (parameters) put(`best.${ending}`, parameters(oddParameters, { configuration: '1' }));
  }
  return files;
}

/** The same trials for other programs, as JSON; what is no finite number is a text. */
export function expected(trials: readonly LoggedTrial[] = oddTrials): string {
  const told = trials.map(({ index, state, step, bestLoss, seed, pars = null, report = null, readLog }) => ({
    index,
    state,
    step,
    bestLoss,
    seed,
    pars,
    report,
    log: readLog(),
  }));
  return JSON.stringify(told, (_, value) =>
    typeof value !== 'number' ? value : Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value),
  );
}
