// A run that is cut after every slice of work, each time continued by a new trainer, must give the bytes of the uncut run.

import { expect } from 'vitest';
import type { Trainer } from '../trainer.ts';
import { setClock } from './clock.ts';

/** Gives the trainer of the uncut run. */
export async function expectContinuation(make: () => Trainer): Promise<Trainer> {
  const uncut = make();
  await uncut.fit();
  const resetClock = setClock(() => 21);
  try {
    let cut = make();
    while (!cut.stopped) {
      await cut.fit({ between: () => true });
      const [snapshot, log] = [cut.snapshot(), [...cut.log]];
      cut = make();
      cut.restore(snapshot, log);
    }
    expect(cut.snapshot()).toEqual(uncut.snapshot());
    expect(cut.log).toEqual(uncut.log);
  } finally {
    resetClock();
  }
  return uncut;
}
