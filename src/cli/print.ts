// All that `alc` says: results on stdout, the rest on stderr. A stream that is closed is no reason to stop.

import { printable } from '../printable.ts';

export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** One line or several. */
export function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

const streams = [process.stdout, process.stderr];

/** A full disk behind a redirection, a reader or a terminal that has gone away. */
export function ignoreClosedStreams(): void {
  for (const stream of streams) stream.on('error', () => {});
}

/** Resolves when everything has been taken, or cannot be. */
export async function flush(): Promise<void> {
  for (const stream of streams) await new Promise((taken) => stream.write('', taken));
}
