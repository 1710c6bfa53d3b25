// Serves and builds the page. It uses the built library, as any page would: `npm run build` comes first.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { moduleFiles } from '../../src/cli/provenance.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `import files from './module.ts?files'`: the texts of a module and of what it imports, by name, as checkpoints name them. */
function textsOfModules(): Plugin {
  const SUFFIX = '?files';
  return {
    name: 'texts-of-modules',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith(SUFFIX)) return undefined;
      const module = id.slice(0, -SUFFIX.length);
      const names = Object.keys(moduleFiles(module));
      const texts = names.map((name) => [name, readFileSync(join(dirname(module), name), 'utf8')]);
      return { code: `export default ${JSON.stringify(Object.fromEntries(texts))}`, map: null };
    },
  };
}

/** Of what was built, all that a visitor needs without a network, and a name for this build. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => !name.endsWith('.map'));
      const hash = createHash('sha256')
        .update(files.join())
        .update(readFileSync(at('index.html')));
      const text = readFileSync(at('offline.js'), 'utf8')
        .replace("'version'", JSON.stringify(hash.digest('hex').slice(0, 16)))
        .replace("['files']", JSON.stringify(['./', 'icon.svg', ...files.filter((name) => name !== 'index.html')]));
      this.emitFile({ type: 'asset', fileName: 'offline.js', source: text });
    },
  };
}

/** What the built page may load and run: nothing of anybody else. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; " +
  "img-src 'self' data: blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'";

function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [textsOfModules(), offline(), contentPolicy()],
  resolve: { alias: { 'alchemie/browser': at('../../dist/index.browser.js'), alchemie: at('../../dist/index.js') } },
  worker: { format: 'es', plugins: () => [textsOfModules()] },
  build: {
    outDir: at('../../build/demo'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: { fs: { allow: [at('../..')] } },
  optimizeDeps: { noDiscovery: true, include: [] },
});
