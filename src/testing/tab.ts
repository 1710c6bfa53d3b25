// The laboratory in a tab, as a visitor uses it.

import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { heldSaves, whenHeld } from './heldSaves.ts';

/** What tabs have said that is amiss. */
export const complaints: string[] = [];

export class Tab {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, address: string): Promise<Tab> {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    await page.goto(address);
    return new Tab(page);
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  /** Waits until configurations can be created. */
  async whenReady(): Promise<void> {
    await this.page.getByRole('button', { name: /^Create \d/, disabled: false }).waitFor();
  }

  async create(): Promise<void> {
    await this.press(/^Create \d/);
    await this.page.locator('.card').first().waitFor();
  }

  /** @param label of the choice, of steps per second */
  async setSpeed(label: string): Promise<void> {
    await this.page.getByText(label, { exact: true }).click();
  }

  async train(): Promise<void> {
    await this.press(/^(Train|Continue) all$/);
  }

  /** Waits until a card says so. */
  async shows(state: string): Promise<void> {
    await this.page.locator(`.card [data-state="${state}"]`).first().waitFor({ timeout: 60_000 });
  }

  async step(): Promise<number> {
    const caption = await this.page.locator('.caption').innerText();
    return Number(/step ([\d,]+)/.exec(caption)?.[1]?.replaceAll(',', ''));
  }

  /** Waits until it has made a step after `step`. */
  async passes(step: number): Promise<void> {
    await expect.poll(() => this.step(), { timeout: 60_000 }).toBeGreaterThan(step);
  }

  /** Trains to the end; gives the SHA-256 that is shown. */
  async finish(): Promise<string> {
    await this.setSpeed('Full speed');
    await this.train();
    await this.page.locator('.proof').waitFor({ timeout: 60_000 });
    return this.page.locator('.proof code').innerText();
  }

  /** Ends the page and its workers at once, in the midst of whatever they do. */
  async crash(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const crashed = this.page.waitForEvent('crash');
    // Who crashes does not answer.
    session.send('Page.crash').catch(() => {});
    await crashed;
    await this.page.close();
  }

  /** @param bytes that the origin may use; without it as many as the browser grants */
  async limitStorage(bytes?: number): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const { origin } = new URL(this.page.url());
    await session.send('Storage.overrideQuotaForOrigin', { origin, ...(bytes !== undefined && { quotaSize: bytes }) });
  }

  /** The files of the archive of all configurations, below its one folder. */
  async download(): Promise<Record<string, Uint8Array>> {
    const [given] = await Promise.all([this.page.waitForEvent('download'), this.press('Download all')]);
    return unzipSync(readFileSync(await given.path()));
  }

  /** Drops files onto the page. */
  async drop(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    const given = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
    const dropped = await this.page.evaluateHandle(`(() => {
      const dropped = new DataTransfer();
      for (const [name, base64] of ${JSON.stringify(given)}) {
        dropped.items.add(new File([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], name));
      }
      return dropped;
    })()`);
    await this.page.dispatchEvent('main', 'drop', { dataTransfer: dropped });
  }

  /** Draws lines through points on the pad, in parts of its side. */
  async draw(points: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const pad = this.page.locator('canvas.pad');
    await pad.scrollIntoViewIfNeeded();
    const { x = 0, y = 0, width = 0, height = 0 } = (await pad.boundingBox()) ?? {};
    const { mouse } = this.page;
    for (const [i, [right, down]] of points.entries()) {
      await mouse.move(x + right * width, y + down * height, { steps: 8 });
      if (i === 0) await mouse.down();
    }
    await mouse.up();
  }

  /** Chooses files. */
  async give(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    const given = Object.entries(files).map(([name, bytes]) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    }));
    await this.page.locator('#files').setInputFiles(given);
  }
}

/** Puts a script before that of every worker, which then comes from the network at each visit. */
export async function beforeWorkers(context: BrowserContext, script: string): Promise<void> {
  await context.addInitScript('Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined });');
  await context.route(/assets\/main-.*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

/**
 * Trains, pauses, trains until a save is held where it is said, crashes the page there, and opens it again.
 *
 * @param script before that of every worker, each time
 */
export async function crashDuringSave(
  browser: Browser,
  address: string,
  where: keyof typeof heldSaves,
  script = '',
): Promise<Tab> {
  const context = await browser.newContext();
  await beforeWorkers(context, script + heldSaves[where]);
  const tab = await Tab.open(context, address);
  await tab.create();
  await tab.setSpeed('200');
  await tab.train();
  await tab.passes(0);
  await tab.press('Pause all');
  await tab.shows('paused');
  const held = tab.page.evaluate(whenHeld);
  await tab.train();
  await held;
  await tab.crash();
  await context.unrouteAll();
  await beforeWorkers(context, script);
  const again = await Tab.open(context, address);
  await again.shows('paused');
  return again;
}
