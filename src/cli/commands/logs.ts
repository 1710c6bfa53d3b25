// `alc logs`: what a configuration has printed, when a pool or Slurm ran it.

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CAC } from 'cac';
import { UserError } from '../../errors.ts';
import { LAST_REPORT } from '../../storage/trialFiles.ts';
import { checkConfiguration } from '../location.ts';
import { OUTPUT } from '../output.ts';
import { print } from '../print.ts';

const LOOK_MILLISECONDS = 250;

export function logs(cli: CAC): void {
  cli
    .command('logs <configuration>', 'Print what a configuration has printed')
    .usage('logs [-f] <location>/<i>')
    .option('-f, --follow', 'Go on until it is finished')
    .action(async (directory: string, { follow }: { follow?: boolean }) => {
      checkConfiguration(directory);
      const path = join(directory, OUTPUT);
      if (!follow && !existsSync(path)) throw new UserError(`${directory}: has printed nothing yet; see alc status`);
      const has = (name: string): boolean => existsSync(join(directory, name));
      const tail = new Tail(path);
      for (;;) {
        // Asked first: what is printed before the end is printed here, too. Slurm brings it after the report was written, but
        // before its job removes the marker.
        const isOver = has(LAST_REPORT) && !has('_running');
        tail.printNew();
        if (!follow || isOver) return;
        await sleep(LOOK_MILLISECONDS);
      }
    });
}

/** A file that grows. */
class Tail {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  printNew(): void {
    if (!existsSync(this.#path)) return;
    const file = openSync(this.#path, 'r');
    try {
      const bytes = new Uint8Array(2 ** 16);
      for (let length = 1; length > 0; this.#position += length) {
        length = readSync(file, bytes, 0, bytes.length, this.#position);
        print(this.#decoder.decode(bytes.subarray(0, length), { stream: true }));
      }
    } finally {
      closeSync(file);
    }
  }
}
