// The full battery of cut runs: every optimizer with several option sets, by full batch and minibatch, with and without
// dropout. Run by `npm run test:long`.

import { afterAll, describe, expect, it } from 'vitest';
import * as optimizers from '../optimizers/index.ts';
import { removeTemporaries } from '../testing/alc.ts';
import { cutAndUncut, cutModes, optimizerOptions } from '../testing/cuts.ts';

afterAll(removeTemporaries);

const battery = Object.keys(optimizers).flatMap((name) =>
  (optimizerOptions[name] ?? [{}]).flatMap((options) =>
    Object.entries(cutModes).map(([mode, pars]) => ({
      mode,
      options: JSON.stringify({ name, ...options }),
      pars: { ...pars, optimizer: { name, ...options } },
    })),
  ),
);

describe.each(Object.keys(cutModes))('cut again and again, by %s, it equals the uncut run', (wanted) => {
  const some = battery.filter(({ mode }) => mode === wanted);
  it.concurrent.each(some)('$options', { timeout: 600_000 }, async ({ pars }) => {
    const seed = 1000 + battery.findIndex((entry) => entry.pars === pars);
    const { uncut, cut, history } = await cutAndUncut(pars, { seed, cuts: 8 });
    expect(cut).toEqual(uncut);
    expect(history.length).toBeGreaterThan(1);
  });
});
