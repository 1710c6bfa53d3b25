// Makes one module of the code and the style of a report's page: dist/page.js, `#page` for those who import it. The page is a
// text like any other then, in the package as in the bundle.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { outputFiles } = await build({
  entryPoints: [at('src/page/main.ts'), at('src/page/style.css')],
  outdir: at('dist'),
  write: false,
  bundle: true,
  minify: true,
  charset: 'utf8',
  format: 'iife',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  logLevel: 'warning',
});
const [script, style] = ['.js', '.css'].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
writeFileSync(at('dist/page.js'), `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`);
