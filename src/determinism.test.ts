// The bits of training are a constant. When this fails, a kernel, an op, an optimizer or an initializer computes other bits
// than before: checkpoints do not go on as they would have. If that is meant, say so in the CHANGELOG and replace the hash.

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { inWorker, launchChromium, SourceServer } from './testing/chromium.ts';
import { fixedProgram } from './testing/fixedProgram.ts';

const EXPECTED = '6a6f794dabfc557411521ee08346a138e15a5b674356f8f3e0a3344f5c955852';

it('the state after 100 steps of a fixed program has the known SHA-256', async () => {
  const bytes = await fixedProgram();
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(EXPECTED);
  expect(await fixedProgram()).toEqual(bytes);
});

it('in Chromium, too', { timeout: 120_000 }, async () => {
  const [browser, server] = await Promise.all([launchChromium(), SourceServer.start()]);
  try {
    expect(await inWorker(await server.open(browser), 'fixedProgram')).toBe(EXPECTED);
  } finally {
    await Promise.all([browser.close(), server.stop()]);
  }
});
