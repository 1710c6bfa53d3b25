// All that `alc` says: results on stdout, the rest on stderr. A stream that is closed is no reason to stop.

import { printable } from '../printable.ts';

const write = process.stdout.write.bind(process.stdout);

export function print(text: string): void {
  write(printable(text));
}

/** From now on stdout is for `print` alone: what an experiment's module prints goes to stderr, and spoils no JSON. */
export function keepStdoutClean(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
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
  await new Promise((taken) => write('', taken));
  await new Promise((taken) => process.stderr.write('', taken));
}
