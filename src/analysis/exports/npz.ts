// NumPy's npz: an array for each column, or for each parameter. What has no value is NaN, or '' among texts; integers and
// truth values of which one is missing are float64 like other numbers.

import { encodeNpy, encodeTexts } from '../../data/encodeNpy.ts';
import { encodeZip } from '../../data/encodeZip.ts';
import type { Column } from '../table.ts';
import type { Format } from './format.ts';

export const npz: Format = {
  ending: 'npz',
  table: ({ columns }) => archive(columns.map((column) => [column.name, encodeColumn(column)])),
  parameters: (parameters) => archive(Array.from(parameters, ([name, tensor]) => [name, encodeNpy(tensor)])),
};

function archive(arrays: readonly (readonly [name: string, file: readonly Uint8Array[]])[]): Uint8Array[] {
  return encodeZip(new Map(arrays.map(([name, file]) => [`${name}.npy`, file])));
}

function encodeColumn({ type, values }: Column): Uint8Array[] {
  if (type === 'text') return encodeTexts(values.map((value) => value ?? ''));
  const shape = [values.length];
  const isWhole = !values.some((value) => value === null);
  if (type === 'integer' && isWhole) {
    return encodeNpy({ data: BigInt64Array.from(values, (value) => BigInt(value ?? 0)), shape });
  }
  const numbers = Float64Array.from<number | boolean | null>(values, (value) => Number(value ?? Number.NaN));
  if (type === 'boolean' && isWhole) return encodeNpy({ data: Uint8Array.from(numbers), shape, isBoolean: true });
  return encodeNpy({ data: numbers, shape });
}
