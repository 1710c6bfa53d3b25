// Where a browser keeps files, the best there is.

import { databaseFiles } from './databaseFiles.browser.ts';
import type { Files } from './files.ts';
import { privateFiles } from './privateFiles.browser.ts';

/**
 * The files of this origin, to be called in a worker.
 *
 * @throws UserError when the browser keeps nothing at all
 */
export async function openFiles(): Promise<Files> {
  return (await privateFiles()) ?? databaseFiles();
}
