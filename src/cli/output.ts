// output.txt: what an experiment's code prints while one of many configurations is run. Each has its own, so that it is
// known whose line is whose.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const OUTPUT = 'output.txt';

/** From now on the process prints into the configuration's output.txt, until the function is called that is returned. */
export function printingInto(directory: string): () => void {
  const path = join(directory, OUTPUT);
  let file: number | undefined;
  // In order and at once, as on a terminal. What cannot be written is lost: it is no reason to stop.
  const write = (chunk: string | Uint8Array): void => {
    try {
      file ??= openSync(path, 'a');
      writeSync(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch {}
  };
  const restore = [process.stdout, process.stderr].map((stream) => diverted(stream, write));
  return () => {
    for (const restored of restore) restored();
    if (file !== undefined) closeSync(file);
  };
}

function diverted(stream: NodeJS.WriteStream, write: (chunk: string | Uint8Array) => void): () => void {
  const { _write: original } = stream;
  stream._write = (chunk, _encoding, callback) => {
    write(chunk);
    callback();
  };
  return () => {
    stream._write = original;
  };
}
