// All that `alc` says: results on stdout, the rest on stderr. A stream that is closed is no reason to stop.

import { printable } from '../printable.ts';

export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** One line or several. */
export function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** A full disk behind a redirection, a reader or a terminal that has gone away. */
export function ignoreClosedStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
