// Reads the npz format of NumPy: a zip archive of npy files, compressed or not.

import { quote, UserError } from '../errors.ts';
import { checkBytes } from './elements.ts';
import { readNpy } from './npy.ts';
import type { Tensor } from './tensor.ts';
import { readZip } from './zip.ts';

/**
 * The arrays of an npz file by the names they were saved with: `numpy.savez('data.npz', x=x, z=z)` gives 'x' and 'z'.
 * They are converted as by `readNpy`.
 *
 * @param what names the file in errors
 * @throws UserError on anything but a whole archive of npy files of numbers, naming the array
 */
export async function readNpz(bytes: Uint8Array, what = 'readNpz'): Promise<Map<string, Tensor>> {
  checkBytes(bytes, (wrong) => new UserError(`${what}: ${wrong}`));
  const arrays = new Map<string, Tensor>();
  for (const [name, file] of await readZip(bytes, what)) {
    arrays.set(name.replace(/\.npy$/, ''), readNpy(file, `${what}: '${quote(name)}'`));
  }
  return arrays;
}
