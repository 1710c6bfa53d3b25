// The same bytes on every supported Node.js and by every compiler, a checkpoint from each continued on each.

import { afterAll, expect, it } from 'vitest';
import { removeTemporaries } from '../testing/alc.ts';
import { begunAndFinished, compilers, nodeOf, wholeOn } from '../testing/engines.ts';

afterAll(removeTemporaries);

it('all engines give the same bytes, and continue each other', { timeout: 1_200_000 }, async () => {
  const versions = [20, 22, 24, 26];
  const engines = [...Object.values(compilers), ...versions.map(nodeOf)];
  const expected = await wholeOn(engines[0] ?? expect.fail());
  let pairs = 0;
  for (const first of engines) {
    expect(await wholeOn(first), first.join(' ')).toEqual(expected);
    for (const second of engines) {
      expect(await begunAndFinished(first, second), `${first.join(' ')}, then ${second.join(' ')}`).toEqual(expected);
      pairs++;
    }
  }
  console.log(
    `${Object.keys(compilers).join(', ')}, Node.js ${versions.join(', ')}: same bytes, ${pairs} of ${pairs} continuations`,
  );
});
