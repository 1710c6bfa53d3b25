// The laboratory in a browser tab, in a real Chromium: whatever is done to a run, its bytes are those of `alc run`.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { Demo } from '../testing/demo.ts';

const timeout = 240_000;
const LINK = 'experiment=spiral&seed=5&amount=1&space.layers=[1, 1]&space.units=[4]';

let browser: Browser;
let demo: Demo;
/** What `alc run` prints for the configuration of the link. */
let expected = '';
let location = '';

beforeAll(async () => {
  [browser, demo] = await Promise.all([launchChromium(), Demo.start()]);
  const module = join(root, 'examples/browser/experiments/spiral.ts');
  location = join(temporary(), 'spiral');
  await alcOk(['create', module, location, '--seed=5', '--set', 'layers=1', '--set', 'units=4']);
  expected = hashOf(await alcOk(['run', module, `${location}/1`]));
}, timeout);

afterAll(async () => {
  await Promise.all([browser?.close(), demo?.stop()]);
  removeTemporaries();
});

function hashOf(printed: string): string {
  return /SHA-256 of the state: ([\da-f]{64})/.exec(printed)?.[1] ?? printed;
}

/** What tabs have said that is amiss. */
const complaints: string[] = [];

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** A tab, which must not complain. */
async function open(context: BrowserContext, link = LINK): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  await page.goto(demo.address(link));
  return page;
}

async function create(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Create 1/ }).click();
  await page.locator('.card').first().waitFor();
}

async function speed(page: Page, label: string): Promise<void> {
  await page.getByText(label, { exact: true }).click();
}

const step = async (page: Page): Promise<number> =>
  Number(/step ([\d,]+)/.exec(await page.locator('.caption').innerText())?.[1]?.replaceAll(',', ''));

/** Waits until it has made a step after `after`. */
async function progress(page: Page, after = 0): Promise<void> {
  await expect.poll(() => step(page), { timeout: 60_000 }).toBeGreaterThan(after);
}

async function finish(page: Page): Promise<string> {
  await speed(page, 'Full speed');
  await page.getByRole('button', { name: /^(Train|Continue) all$/ }).click();
  await page.locator('.proof').waitFor();
  return page.locator('.proof code').innerText();
}

/** The files of an archive that the page gives, below its one folder. */
async function download(page: Page): Promise<Record<string, Uint8Array>> {
  const [given] = await Promise.all([page.waitForEvent('download'), page.getByText('Download all').click()]);
  return unzipSync(readFileSync(await given.path()));
}

describe('a run in the page', { timeout }, () => {
  it('that was paused, then killed while training, ends with the bytes of alc run', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    await create(page);
    await speed(page, '200');
    await page.getByRole('button', { name: 'Train all' }).click();
    await progress(page);
    await page.getByRole('button', { name: 'Pause all' }).click();
    await page.locator('.card [data-state=paused]').waitFor();
    const paused = await step(page);
    await page.getByRole('button', { name: 'Continue all' }).click();
    await progress(page, paused);
    // Its workers are ended at once, in the midst of whatever they do.
    await page.close();

    const again = await open(context);
    await again.locator('.card [data-state=paused]').waitFor();
    expect(await step(again)).toBeGreaterThanOrEqual(paused);
    expect(await finish(again)).toBe(expected);
    await context.close();
  });

  it('that is carried to the command line, and back, ends with the same bytes', async () => {
    const context = await browser.newContext({ acceptDownloads: true });
    const page = await open(context);
    await create(page);
    await page.getByRole('button', { name: '100 steps' }).click();
    await page.locator('.card [data-state=paused]').waitFor();
    expect(await step(page)).toBe(100);
    const folder = temporary();
    const files = await download(page);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const [name = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, name, '1/cfg.mjs'), 'utf8')).toBe(
      readFileSync(join(location, '1/cfg.mjs'), 'utf8'),
    );
    const { code, stdout, stderr } = await alc(['run', `${name}/1`], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('continuing at step 100');
    expect(hashOf(stdout)).toBe(expected);

    // The other way round: the checkpoint of step 100 as the command line has it.
    const archive = zipSync(files);
    await page
      .locator('#files')
      .setInputFiles({ name: 'begun.zip', mimeType: 'application/zip', buffer: Buffer.from(archive) });
    await expect.poll(() => page.url()).toContain(`set=${name}-2`);
    expect(await finish(page)).toBe(expected);
    await context.close();
  });

  it('belongs to one tab at a time', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    await create(page);
    await speed(page, '20');
    await page.getByRole('button', { name: 'Train all' }).click();
    await progress(page);
    const other = await open(context);
    await other.getByRole('button', { name: /^(Train|Continue) all$/ }).click();
    await other.locator('.card [data-state="in another tab"]').waitFor();
    await page.close();
    expect(await finish(other)).toBe(expected);
    await context.close();
  });

  it('is kept in IndexedDB where there is no private file system', async () => {
    const context = await browser.newContext();
    await context.route(/assets\/main-.*\.js$/, async (route) => {
      const response = await route.fetch();
      const refusal = 'navigator.storage.getDirectory = () => Promise.reject(new DOMException("", "SecurityError"));';
      await route.fulfill({ response, body: refusal + (await response.text()) });
    });
    const page = await open(context);
    await create(page);
    expect(await finish(page)).toBe(expected);
    await page.getByText("Kept in the browser's IndexedDB.").waitFor();
    await context.close();
  });

  it('can be forked with other parameters', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    await create(page);
    await finish(page);
    await page.getByText('Fork with other parameters').click();
    await page.locator('#fork-steps').fill('4100');
    await page.getByRole('button', { name: 'Fork and train' }).click();
    await page.getByRole('heading', { name: 'Configuration 2' }).waitFor();
    await page.locator('.card').nth(1).locator('[data-state=finished]').waitFor();
    expect(await page.locator('.facts').innerText()).toMatch(/steps\s+4100/);
    await context.close();
  });
});

describe('the page', { timeout }, () => {
  it('is small', () => {
    const sizes = readdirSync(demo.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => gzipSync(readFileSync(join(demo.folder, name))).length);
    const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
    console.log(`the page: ${(size / 1000).toFixed(1)} kB compressed`);
    expect(size).toBeLessThan(200_000);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('can be read by everybody, %s and %d wide, and stays where it is', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 } });
    const page = await open(context);
    await create(page);
    await finish(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
    );
    expect(found).toEqual([]);
    await context.close();
  });
});
