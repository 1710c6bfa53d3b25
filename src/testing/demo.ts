// The page of examples/browser, built and served under a path of its own, as any host of static files would.

import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { root, temporary } from './alc.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export class Demo {
  /** The folder that was built. */
  readonly folder: string;
  readonly #server: Server;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
  }

  static async start(): Promise<Demo> {
    const folder = temporary();
    const configFile = join(root, 'examples/browser/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: folder } });
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
    const { port } = this.#server.address() as AddressInfo;
    return `http://localhost:${port}/any/path/#${link}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
