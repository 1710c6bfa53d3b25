// Runs of any experiment that wait as soon as a checkpoint is in its place, so that a test meets them there however slow or
// fast the machine is.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './alc.ts';

export interface HeldCheckpoint {
  /** For the run that is to wait. */
  readonly env: Readonly<Record<string, string>>;
  readonly isThere: () => boolean;
  /** Lets the run go on. */
  readonly open: () => void;
}

/** The one of that number of a configuration's run. */
export function heldCheckpoint(directory: string, number: number): HeldCheckpoint {
  const path = join(directory, `checkpoint-${number}.safetensors`);
  const gate = join(temporary({ gate: '' }), 'gate');
  const hold = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { renameSync } = fs;
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    fs.renameSync = (from, to) => {
      renameSync(from, to);
      if (to.endsWith('/checkpoint-${number}.safetensors')) while (fs.existsSync('${gate}')) Atomics.wait(asleep, 0, 0, 5);
    };
    syncBuiltinESMExports();`;
  return {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hold)}` },
    isThere: () => existsSync(path),
    open: () => rmSync(gate),
  };
}
