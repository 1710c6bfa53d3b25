// A trial in the storage of a real Chromium: the same files as on disk, whichever way they are kept.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inWorker, launchChromium, SourceServer } from '../testing/chromium.ts';
import { smallTrial } from '../testing/smallTrial.ts';
import { hex } from './checkpoint.ts';
import { sha256 } from './sha256.node.ts';
import { TrialDirectory } from './trial.node.ts';

let browser: Browser;
let server: SourceServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), SourceServer.start()]);
}, 180_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** What a run leaves on disk, by name. */
async function onDisk(): Promise<{ readonly sha256: string; readonly files: Record<string, string> }> {
  const directory = mkdtempSync(join(tmpdir(), 'alc-small-'));
  const storage = new TrialDirectory(directory);
  try {
    const outcome = await smallTrial(storage, sha256);
    const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
    const hashes = names.map((name) => [name, hex(sha256([readFileSync(join(directory, name))]))] as const);
    return { sha256: outcome.sha256, files: Object.fromEntries(hashes) };
  } finally {
    storage.close();
    rmSync(directory, { recursive: true });
  }
}

describe.each(['private', 'database'])('%s files', { timeout: 120_000 }, (kind) => {
  let page: Page;
  beforeAll(async () => {
    page = await server.open(browser);
  });

  it('are replaced, listed, renamed and removed', async () => {
    expect(await inWorker(page, 'files', kind)).toEqual({
      found: [['b', 'b1'], ['three', 'two'], []],
      read: ['short', '', null],
      left: [[], ['b1']],
    });
  });

  it('hold what a run leaves on disk, byte for byte, however it was cut and damaged', async () => {
    const disk = await onDisk();
    expect(await inWorker(page, 'trial', kind)).toEqual({
      sha256: [disk.sha256, disk.sha256],
      fromStep: 90,
      names: [
        'checkpoint-1.safetensors',
        'checkpoint-2.safetensors.bad',
        'checkpoint-3.safetensors',
        'log.jsonl',
        'report-1.json',
        'report-2.json',
        'report-last.json',
      ],
      log: true,
      whole: disk.files,
    });
  });

  it('keep what was there where there is no more space, and say so', async () => {
    const other = await server.open(browser);
    const session = await other.context().newCDPSession(other);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(other.url()).origin, quotaSize: 2e6 });
    expect(await inWorker(other, 'fill', kind)).toEqual({
      failure: expect.stringMatching(
        /^74 full\/checkpoint-2\.safetensors: cannot be written, the browser's storage is full/,
      ),
      step: 1,
      names: ['checkpoint-1.safetensors'],
    });
    await other.context().close();
  });
});

it('a trial has one writer, until its worker is gone', { timeout: 60_000 }, async () => {
  const page = await server.open(browser);
  expect(await inWorker(page, 'lock', 't', 'stays')).toBe('acquired');
  expect(await inWorker(page, 'lock', 't')).toMatch(/in another tab/);
  await page.reload();
  expect(await inWorker(page, 'lock', 't')).toBe('acquired');
  await page.context().close();
});
