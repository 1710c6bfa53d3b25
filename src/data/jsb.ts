// The chorales of J. S. Bach as piano rolls, one step per quarter note, wherever their file comes from.
// N. Boulanger-Lewandowski, Y. Bengio & P. Vincent: Modeling temporal dependencies in high-dimensional sequences, ICML
// 2012; the file is that of C.-Z. A. Huang, https://github.com/czhuang/JSB-Chorales-dataset.

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

export const jsbFile = 'jsb-chorales-quarter.json';

/** Keys of a piano. */
const KEYS = 88;

/** The number of the lowest key, A0, in the MIDI standard. */
const LOWEST_NOTE = 21;

/** The contents of the file, all padded to the length of the longest chorale of all. */
export function jsbOf(bytes: Uint8Array): Jsb {
  const [train, val, test] = parseChorales(bytes);
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
