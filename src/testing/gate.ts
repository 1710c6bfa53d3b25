// Where experiments wait while a test keeps them there, so that it meets them where it means to, however slow or fast the
// machine is. GATE names a folder; a place is closed while a file of its name lies there.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Trainable } from 'alchemie';

export type Place = 'loadData' | 'training' | 'makeReport';

function isClosed(place: Place): boolean {
  return process.env.GATE !== undefined && existsSync(join(process.env.GATE, place));
}

/** Waits until the place is open. Signals that came before that have been heard then. */
export async function pass(place: Place): Promise<void> {
  if (!isClosed(place)) return;
  while (isClosed(place)) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets a trainer wait in training: at step `from`, or where it is asked next if it is further. */
export function gate(trainer: Trainable, from: number, notice: (line: string) => void): void {
  const train = trainer.fit.bind(trainer);
  trainer.fit = (watch = {}) =>
    train({
      ...watch,
      async between() {
        if (trainer.step >= from && isClosed('training')) {
          notice(`waiting at step ${trainer.step}`);
          await pass('training');
        }
        return (await watch.between?.()) ?? false;
      },
      next(step) {
        const next = watch.next?.(step) ?? Number.POSITIVE_INFINITY;
        return isClosed('training') ? Math.min(next, Math.max(step + 1, from)) : next;
      },
    });
}
