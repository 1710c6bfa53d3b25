// A real Chromium, without a window: that of CHROMIUM_PATH or of the system, else Debian's package, which is installed.

import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { root } from './alc.ts';
import { installPackages } from './packages.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @throws where there is none and none can be installed */
export async function launchChromium(): Promise<Browser> {
  const find = (): string | undefined => [process.env.CHROMIUM_PATH ?? '', ...PLACES].find(existsSync);
  if (!find()) await installPackages('Chromium', ['chromium']);
  const executablePath = find();
  if (!executablePath) throw new Error(`Chromium is in none of ${PLACES.join(', ')}; name it with CHROMIUM_PATH`);
  // Root must not use the sandbox, and containers have little shared memory.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** The sources as a browser loads them, one file each. */
export class SourceServer {
  readonly #server: ViteDevServer;

  private constructor(server: ViteDevServer) {
    this.#server = server;
  }

  static async start(): Promise<SourceServer> {
    const server = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
      optimizeDeps: { noDiscovery: true, include: [] },
    });
    await server.listen();
    return new SourceServer(server);
  }

  /** An empty page of the origin. */
  async open(browser: Browser): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${this.#server.resolvedUrls?.local[0]}src/testing/empty.html`);
    return page;
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }
}

/** Calls a function of `inWorker.browser.ts` in a worker of its own. What it takes and gives is JSON. */
export function inWorker(page: Page, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const [file, given] = ['/src/testing/callWorker.browser.ts', JSON.stringify([name, ...args])];
  return page.evaluate(`import('${file}').then(({ callWorker }) => callWorker(...${given}))`);
}
