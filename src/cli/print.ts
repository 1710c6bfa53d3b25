// All that `alc` says: results on stdout, the rest on stderr. A stream that is closed is no reason to stop.

import { fstatSync } from 'node:fs';
import { printable } from '../printable.ts';
import { codeOf, diskError, orNull, writeBytes } from '../storage/disk.node.ts';

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

let lost: unknown;

/**
 * A reader or a terminal that has gone away is no reason to stop, nor is a full disk behind a redirection; but that what
 * was printed there is not all of it, `flush` tells.
 */
export function outliveStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error) => {
    const isClosed = codeOf(error) === 'EPIPE' || process.stdout.isTTY;
    if (!isClosed) lost ??= error;
  });
  // Of a file whose disk gets full, Node.js takes the part that was written for the whole.
  if (orNull(() => fstatSync(process.stdout.fd).isFile())) {
    process.stdout._write = (chunk, _encoding, done) => {
      try {
        writeBytes(process.stdout.fd, chunk);
        done();
      } catch (error) {
        done(error instanceof Error ? error : null);
      }
    };
  }
}

/**
 * Waits until everything has been taken, or cannot be.
 *
 * @throws UserError when something that was printed is lost
 */
export async function flush(): Promise<void> {
  await new Promise((taken) => write('', taken));
  await new Promise((taken) => process.stderr.write('', taken));
  if (lost !== undefined) throw diskError('stdout', 'written', lost);
}
