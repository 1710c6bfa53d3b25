// The laboratory in a browser tab: saves that are cut at their most delicate places, and how fast it draws. Run by
// `npm run test:long`.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { removeTemporaries } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { Demo } from '../testing/demo.ts';
import { withoutPrivateFiles } from '../testing/heldSaves.ts';
import { spiralLink, trainedSpiral } from '../testing/spiral.ts';
import { complaints, crashDuringSave, Tab } from '../testing/tab.ts';

const timeout = 240_000;

let browser: Browser;
let demo: Demo;
let sha256: string;

beforeAll(async () => {
  [browser, demo, { sha256 }] = await Promise.all([launchChromium(), Demo.start(), trainedSpiral()]);
}, timeout);

afterAll(async () => {
  await Promise.all([browser?.close(), demo?.stop()]);
  removeTemporaries();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** The files of the only configuration in the private file system. */
async function namesIn(page: Page): Promise<string[]> {
  const names: unknown = await page.evaluate(`(async () => {
    let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    for await (const set of folder.values()) folder = await set.getDirectoryHandle('1');
    return Array.fromAsync(folder.keys());
  })()`);
  const sorted = Array.isArray(names) ? names.map((name) => `${name}`.replace(/^\.tmp-.*/, '.tmp')).sort() : [];
  return sorted.filter((name) => /^(\.tmp|checkpoint)/.test(name));
}

const [one, two, three] = [1, 2, 3].map((number) => `checkpoint-${number}.safetensors`);

describe('a run whose page crashes when', { timeout }, () => {
  it.each([
    ['a part of the second checkpoint is written', ['.tmp', one]],
    ['the second checkpoint is written, and not yet in its place', ['.tmp', one]],
    ['the second checkpoint has just come to its place', [one, two]],
    ['the third checkpoint is there, and the first not yet gone', [one, two, three]],
  ] as const)('%s, ends with the bytes of alc run', async (where, names) => {
    const tab = await crashDuringSave(browser, demo.address(spiralLink), where);
    expect(await namesIn(tab.page)).toEqual(names);
    expect(await tab.finish()).toBe(sha256);
    await tab.page.context().close();
  });

  it('the second checkpoint is put into a database, ends with the bytes of alc run', async () => {
    const where = 'the second checkpoint is put into a database';
    const tab = await crashDuringSave(browser, demo.address(spiralLink), where, withoutPrivateFiles);
    expect(await tab.finish()).toBe(sha256);
    await tab.page.context().close();
  });
});

it('the page draws 55 frames a second and more while eight configurations train', { timeout }, async () => {
  const context = await browser.newContext();
  const tab = await Tab.open(context, demo.address('experiment=spiral&seed=5&amount=8'));
  await tab.create();
  await tab.train();
  await tab.passes(0);
  const frames = Number(
    await tab.page.evaluate(`new Promise((resolve) => {
      const started = performance.now();
      let count = -1;
      const draw = (now) => {
        count++;
        if (now - started < 5000) requestAnimationFrame(draw);
        else resolve((1000 * count) / (now - started));
      };
      requestAnimationFrame(draw);
    })`),
  );
  console.log(`the page: ${frames.toFixed(1)} frames a second`);
  expect(frames).toBeGreaterThanOrEqual(55);
  await context.close();
});
