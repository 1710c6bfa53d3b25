// Makes one file of `alc`: with the core, the library and what it depends on, for machines that have nothing but
// Node.js. `node .ci/bundle.mjs <file>`.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** What stands in place of the modules that look for files beside them. */
const replacements = {
  '#wasm': `
    import bytes from ${JSON.stringify(at('dist/core.wasm'))};
    let compiled;
    export const coreBytes = () => bytes.slice();
    export const coreModule = () => (compiled ??= new WebAssembly.Module(bytes));
    // Whether it can be trusted is checked by a file that lies beside it.
    export const isRevectorized = () => compiled && false;
    export const threads = undefined;
  `,
  './installation.ts': `
    import { fileURLToPath } from 'node:url';
    export const packageVersion = () => ${JSON.stringify(version)};
    export const isOurs = (file) => file === fileURLToPath(import.meta.url);
    export const jiti = () => require(${JSON.stringify(at('node_modules/jiti/lib/jiti.cjs'))});
  `,
};
const replacing = {
  name: 'alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#wasm$|\/installation\.ts$/ }, ({ path }) => ({
      path: path.replace(/^.*\//, path === '#wasm' ? '' : './'),
      namespace: 'alone',
    }));
    onLoad({ filter: /.*/, namespace: 'alone' }, ({ path }) => ({ contents: replacements[path], resolveDir: at('.') }));
  },
};

await build({
  entryPoints: [at('src/cli/main.ts')],
  outfile: process.argv[2],
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minifyWhitespace: true,
  legalComments: 'inline',
  loader: { '.wasm': 'binary' },
  alias: { '#datasets': at('src/data/datasets.node.ts') },
  plugins: [replacing],
  // Dependencies in CommonJS ask for parts of Node.js.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
