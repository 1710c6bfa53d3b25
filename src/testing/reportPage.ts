// Pages of `alc report` as they are opened in a real Chromium, and what can be read in them.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';

export interface Opened {
  readonly page: Page;
  /** Whatever must not happen. */
  readonly mishaps: string[];
}

export async function openReport(
  browser: Browser,
  location: string,
  hash = '',
  scheme: 'light' | 'dark' = 'light',
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: scheme });
  const mishaps: string[] = [];
  const url = pathToFileURL(join(location, 'report.html')).href;
  page.on('console', (message) => mishaps.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => mishaps.push(String(error)));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url && !request.url().startsWith('data:')) mishaps.push(request.url());
  });
  await page.goto(`${url}${hash}`);
  await settled(page);
  return { page, mishaps };
}

export const rows = (page: Page): Locator => page.locator('#table tbody tr[data-place]');
export const cells = (page: Page, column: number): Promise<string[]> =>
  page.locator(`#table tbody tr[data-place] td:nth-child(${column})`).allInnerTexts();
/** The numbers that an element shows, as they are. */
export const values = async (within: Locator): Promise<string[]> =>
  Promise.all((await within.locator('data').all()).map(async (data) => (await data.getAttribute('value')) ?? ''));
/** When all parts show the newest state. */
export const settled = (page: Page): Promise<void> => page.locator('main[aria-busy="false"]').waitFor();
/** The state behind `#`. */
export const words = (page: Page): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));
export const count = (page: Page): Locator => page.locator('.count');
