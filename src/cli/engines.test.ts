// The same bytes whichever compiler of the engine is at work. Versions of Node.js are in engines.long.test.ts.

import { afterAll, expect, it } from 'vitest';
import { removeTemporaries } from '../testing/alc.ts';
import { begunAndFinished, compilers, wholeOn } from '../testing/engines.ts';

afterAll(removeTemporaries);

it('all compilers give the same bytes, and continue each other', { timeout: 120_000 }, async () => {
  const engines = Object.values(compilers);
  const expected = await wholeOn(engines[0] ?? expect.fail());
  let pairs = 0;
  for (const [i, engine] of engines.entries()) {
    expect(await wholeOn(engine)).toEqual(expected);
    const next = engines[(i + 1) % engines.length] ?? engine;
    expect(await begunAndFinished(engine, next)).toEqual(expected);
    pairs++;
  }
  console.log(`${Object.keys(compilers).join(', ')}: same bytes, ${pairs} continuations of one by another`);
});
