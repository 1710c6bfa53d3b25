// The chorales of J. S. Bach as piano rolls, one step per quarter note.
// N. Boulanger-Lewandowski, Y. Bengio & P. Vincent: Modeling temporal dependencies in high-dimensional sequences, ICML
// 2012; the file is that of C.-Z. A. Huang, https://github.com/czhuang/JSB-Chorales-dataset.

import { type Dataset, type DatasetOptions, findDataset, readDatasetFile } from './dataset.node.ts';
import { padded } from './sequences.ts';
import { type Tensor, tensor } from './tensor.ts';

/** Rolls[n, t, 88], 1 where a key sounds, and mask[n, t], 1 where a chorale has that step. */
export type Chorales = [rolls: Tensor<Uint8Array>, mask: Tensor<Uint8Array>];

/** 229, 76 and 77 chorales. */
export interface Jsb {
  readonly train: Chorales;
  readonly val: Chorales;
  readonly test: Chorales;
}

export const jsb: Dataset<'jsb-chorales-quarter.json'> = {
  title: 'JSB chorales',
  folder: 'jsb',
  loader: 'loadJsb',
  files: ['jsb-chorales-quarter.json'],
  suffix: '',
  dispensable: [],
  source: {
    mirrors: [
      'https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/',
      'https://cdn.jsdelivr.net/gh/czhuang/JSB-Chorales-dataset@9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/',
    ],
    files: {
      'jsb-chorales-quarter.json': {
        bytes: 407_200,
        sha256: '2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91',
      },
    },
  },
};

/** Keys of a piano. */
const KEYS = 88;

/** The number of the lowest key, A0, in the MIDI standard. */
const LOWEST_NOTE = 21;

/**
 * The chorales, all padded to the length of the longest one of all (160 steps), so that a model takes any of them.
 *
 * The file is looked for in `directory`, else in the folder ALCHEMIE_DATA, else in the user's cache; only the cache is
 * filled by a download.
 *
 * @throws UserError when a named folder lacks the file, when it is damaged, or when the download fails
 */
export async function loadJsb(options: DatasetOptions<'jsb-chorales-quarter.json'> = {}): Promise<Jsb> {
  const folder = await findDataset(jsb, options);
  const [train, val, test] = await readDatasetFile(jsb, folder, 'jsb-chorales-quarter.json', parseChorales);
  const length = Math.max(...[...train, ...val, ...test].map(({ shape: [steps = 0] }) => steps));
  return { train: padded(train, { length }), val: padded(val, { length }), test: padded(test, { length }) };
}

type Roll = Tensor<Uint8Array>;

/** `{ "train": […], "valid": […], "test": […] }`: chorales, lists of steps, lists of the notes that sound. */
function parseChorales(bytes: Uint8Array): [train: Roll[], val: Roll[], test: Roll[]] {
  const splits: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const rolls = (name: string): Roll[] => {
    const chorales = typeof splits === 'object' && splits !== null ? Reflect.get(splits, name) : undefined;
    if (!Array.isArray(chorales) || chorales.length === 0) throw new Error(`it has no list of chorales '${name}'`);
    return chorales.map((chorale, i) => pianoRoll(chorale, `chorale ${i} of '${name}'`));
  };
  return [rolls('train'), rolls('valid'), rolls('test')];
}

function pianoRoll(chorale: unknown, what: string): Roll {
  if (!Array.isArray(chorale) || chorale.length === 0) throw new Error(`${what} has no steps`);
  const roll = tensor(new Uint8Array(chorale.length * KEYS), [chorale.length, KEYS]);
  for (const [step, notes] of chorale.entries()) {
    if (!Array.isArray(notes)) throw new Error(`step ${step} of ${what} is no list of notes`);
    for (const note of notes) {
      const key = note - LOWEST_NOTE;
      if (!(Number.isInteger(key) && key >= 0 && key < KEYS)) {
        throw new Error(`the notes of ${what} must be whole numbers from 21 to 108, got ${JSON.stringify(note)}`);
      }
      roll.data[step * KEYS + key] = 1;
    }
  }
  return roll;
}
