// The real program, killed at system calls that touch its files, and with calls that fail. All of them are in
// strace.long.test.ts.

import { afterAll, describe, expect, it } from 'vitest';
import { removeTemporaries } from '../testing/alc.ts';
import { canTrace, killedTrial, newTrial, strikeEverywhere } from '../testing/strace.ts';

afterAll(removeTemporaries);

it.runIf(process.env.CI)('can be traced', () => {
  expect(canTrace).toBe(true);
});

describe.runIf(canTrace)('a run', () => {
  it('killed at system calls, continues to the same results', { timeout: 120_000 }, async () => {
    const whole = await strikeEverywhere(await newTrial(), { injection: 'signal=SIGKILL', stride: 37 });
    const continued = await strikeEverywhere(await killedTrial(), { injection: 'signal=SIGKILL', stride: 43 });
    console.log(`SIGKILL at ${whole} system calls of a run and ${continued} of a continuation: same results`);
    expect(whole + continued).toBeGreaterThan(7);
  });

  it('that meets a full disk loses nothing', { timeout: 120_000 }, async () => {
    const origin = await newTrial();
    const [injection, isSticky] = ['error=ENOSPC', true];
    const once = await strikeEverywhere(origin, { injection, stride: 19 });
    const only = ['fsync', 'pwrite64'];
    const sticky = await strikeEverywhere(origin, { injection, stride: 11, isSticky, only });
    console.log(`ENOSPC at ${once} system calls once, at ${sticky} for good: same results`);
    expect(once + sticky).toBeGreaterThan(4);
  });
});
