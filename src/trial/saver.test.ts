// What is told of a disk that fails, and when it is tried again.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DISK, LockError, UserError } from '../errors.ts';
import type { TrialStorage } from '../storage/storage.ts';
import type { Trainable } from '../trainable.ts';
import { Saver } from './saver.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const metadata = { alchemie: '', wasm: '', program: '', module: '', data: '', pars: '', lineage: [] };
const full = new UserError(
  'checkpoint-1: cannot be written, got ENOSPC, no space left on device; free some space',
  DISK,
);

/** A saver that fails as long as `failure` is set, with all that it tells and the seconds at which it tries. */
function saver(interval?: number) {
  const state: { failure: Error | undefined } = { failure: full };
  const notices: string[] = [];
  const attempts: number[] = [];
  const began = performance.now();
  const attempt = (): number => {
    attempts.push((performance.now() - began) / 1000);
    if (state.failure) throw state.failure;
    return 7;
  };
  const storage = { writeCheckpoint: attempt, appendLog: attempt };
  const previous: unknown[] = [];
  const trainer = { step: 1, snapshot: (old: unknown) => new Map([['number', previous.push(old)]]) };
  const options = { metadata, newest: undefined, interval, notice: (line: string) => notices.push(line) };
  return {
    ...{ state, notices, attempts, previous },
    saver: new Saver({ ...options, storage: Object(storage) as TrialStorage, trainer: Object(trainer) as Trainable }),
  };
}

/** Asks every second whether it is time. */
async function train(saver: Saver, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    vi.advanceTimersByTime(1000);
    await saver.saveIfDue();
  }
}

describe('a disk that fails', () => {
  it('is tried ever more seldom, at least every ten minutes', async () => {
    const { saver: it, attempts, notices } = saver();
    await train(it, 3000);
    expect(attempts).toEqual([10, 20, 40, 80, 160, 320, 640, 1240, 1840, 2440]);
    expect(notices[0]).toBe(
      'warning: no checkpoint could be written; training goes on, next attempt in 10 s: ' +
        'checkpoint-1: cannot be written, got ENOSPC, no space left on device; free some space',
    );
    expect(notices[9]).toContain('next attempt in 600 s: ');
  });

  it('is not tried more often than the user wants checkpoints', async () => {
    const { saver: it, attempts } = saver(60_000);
    await train(it, 400);
    expect(attempts).toEqual([60, 120, 180, 240, 320]);
  });

  it('is told to work again, and everything is as before', async () => {
    const { saver: it, state, attempts, notices } = saver(1000);
    await train(it, 5);
    expect([attempts, it.newest]).toEqual([[1], undefined]);
    state.failure = undefined;
    await train(it, 8);
    expect([attempts, it.newest]).toEqual([[1, 11, 12, 13], 7]);
    expect(notices.slice(1)).toEqual(['checkpoints can be written again']);
  });

  it('keeps no line of the log back for good', () => {
    const { saver: it, notices } = saver();
    it.log({ step: 1, bestLoss: 1 });
    expect(notices).toEqual([
      `warning: the log could not be written; training goes on, and the next checkpoint makes up for it: ${full.message}`,
    ]);
  });
});

it('gives the snapshot that was written back to the trainer, whose memory can be used again', async () => {
  const { saver: it, state, previous } = saver(1000);
  state.failure = undefined;
  await train(it, 3);
  expect(previous).toEqual([undefined, new Map([['number', 1]]), new Map([['number', 2]])]);
});

it.each([new LockError('taken over', 'process 7'), new TypeError('a bug')])('%s ends training', async (failure) => {
  const { saver: it, state } = saver(0);
  state.failure = failure;
  await expect(it.saveIfDue()).rejects.toBe(failure);
});
