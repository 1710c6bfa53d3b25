// The page of examples/browser, built and served under a path of its own, as any host of static files would.

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment, root, temporary } from './alc.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * What `npm run build:demo` does, in a process of its own: that of the tests is no production to Vite, and what is built
 * then keeps nothing for visits without a network.
 */
async function built(folder: string): Promise<void> {
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  const config = join(root, 'examples/browser/vite.config.ts');
  const args = ['build', '--config', config, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root, env: environment() });
}

export class Demo {
  /** The folder that was built. */
  readonly folder: string;
  readonly #server: Server;
  readonly #origin: string;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
    this.#origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Demo> {
    const folder = temporary();
    await built(folder);
    return Demo.serve(folder);
  }

  /** @param folder that was built */
  static async serve(folder: string): Promise<Demo> {
    const server = createServer(({ url = '' }, response) => {
      const { pathname } = new URL(url, 'http://host');
      const path = join(folder, pathname.replace(/^\/any\/path\//, '/').replace(/\/$/, '/index.html'));
      const isThere = pathname.startsWith('/any/path/') && statSync(path, { throwIfNoEntry: false })?.isFile();
      response.writeHead(isThere ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
      response.end(isThere ? readFileSync(path) : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Demo(folder, server);
  }

  /** The address of the page, with a choice of what to train. */
  address(link: string): string {
    return `${this.#origin}/any/path/#${link}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
