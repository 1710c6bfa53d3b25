// How long a page of `alc report` takes to open in a real Chromium, and to scroll.

import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Timing, timing } from './measure.ts';

const ROUNDS = 5;
const SCROLLS = 100;
const SCROLL_PIXELS = 120;

/** Frames of a page as they are painted: milliseconds from one to the next. */
const COUNT_FRAMES = `
  globalThis.frames = [];
  let last = performance.now();
  requestAnimationFrame(function count() {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    requestAnimationFrame(count);
  });`;
const NEXT_PAINT = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

export interface PageTimes {
  /** Until all parts are drawn. */
  readonly open: Timing;
  /** The middle frame, and the one that only 5 % are slower than, while the wheel turns over the page. */
  readonly frame: Timing;
  readonly slowFrame: Timing;
}

export async function pageTimes(path: string): Promise<PageTimes> {
  // Root must not use the sandbox, and containers have little shared memory.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await onePage(browser, pathToFileURL(path).href));
    return {
      open: timing(rounds.map(({ open }) => open)),
      frame: timing(rounds.map(({ frames }) => quantile(frames, 0.5))),
      slowFrame: timing(rounds.map(({ frames }) => quantile(frames, 0.95))),
    };
  } finally {
    await browser.close();
  }
}

async function onePage(browser: Browser, url: string): Promise<{ readonly open: number; readonly frames: number[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    const started = performance.now();
    await page.goto(url);
    await page.locator('main[aria-busy="false"]').waitFor();
    await page.evaluate(NEXT_PAINT);
    const open = performance.now() - started;
    return { open, frames: await scroll(page) };
  } finally {
    await page.close();
  }
}

async function scroll(page: Page): Promise<number[]> {
  await page.mouse.move(640, 450);
  await page.evaluate(COUNT_FRAMES);
  for (let i = 0; i < SCROLLS; i++) await page.mouse.wheel(0, SCROLL_PIXELS);
  await page.evaluate(NEXT_PAINT);
  return page.evaluate<number[]>('globalThis.frames');
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}
