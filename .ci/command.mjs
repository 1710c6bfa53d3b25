// Puts the modules of `alc` into a few files: Node.js takes longer to find and compile hundreds of them than a short run
// takes. What only some commands need stays in files of its own. The library in `dist` remains as it is, module by module.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
await build({
  entryPoints: [at('src/cli/main.ts')],
  outdir: at('dist/cli'),
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  legalComments: 'inline',
  alias: { '#wasm': at('src/machine/wasm.node.ts'), '#datasets': at('src/data/datasets.node.ts') },
  external: ['#page', 'hyparquet-writer', 'jiti'],
  logLevel: 'warning',
});
