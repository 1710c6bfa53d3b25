// Makes the README's picture of reports, examples/report.png, of the XOR and MNIST examples:
// `npm run build && node .ci/picture.mjs`. Needs Chromium (CHROMIUM_PATH) and MNIST (ALCHEMIE_DATA).

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'alc-picture-'));
const alc = (...args) => execFileSync(process.execPath, [at('dist/cli/main.js'), ...args], { cwd: folder, stdio: 'inherit' });

/** What of which page is in the picture. */
const views = [
  { name: 'xor', module: 'mlp-xor.ts', amount: 40, options: [], hash: '', from: '#overview', width: 1180, height: 1060 },
  {
    name: 'mnist',
    module: 'mnist.ts',
    amount: 24,
    options: ['--set', 'epochs=3'],
    hash: 'result=report.testAccuracy&color=report.testAccuracy',
    from: '#parallel',
    width: 1180,
    height: 1060,
    scheme: 'dark',
  },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const shots = [];
  for (const { name, module, amount, options, hash, from, width, height, scheme = 'light' } of views) {
    // Beside its configurations, so that the page shows no path of this machine.
    copyFileSync(at(`examples/${module}`), join(folder, module));
    alc('create', module, name, `--amount=${amount}`, ...options);
    alc('run', name);
    alc('report', name);
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    await page.goto(`${pathToFileURL(join(folder, name, 'report.html')).href}#${hash}`);
    await page.locator('#table tbody tr:not([aria-hidden])').first().waitFor();
    await page.evaluate(`scrollTo(0, ${from === '#overview' ? 0 : `document.querySelector('${from}').offsetTop - 70`})`);
    await page.waitForTimeout(500);
    shots.push((await page.screenshot()).toString('base64'));
    await page.close();
  }
  const page = await browser.newPage({ viewport: { width: 1200, height: 540 } });
  await page.setContent(
    `<style>body { margin: 0; display: flex; gap: 8px } img { width: 596px }</style>${shots
      .map((shot) => `<img src="data:image/png;base64,${shot}">`)
      .join('')}`,
  );
  await page.waitForTimeout(300);
  writeFileSync(at('examples/report.png'), await page.screenshot());
  console.log(`examples/report.png: ${readFileSync(at('examples/report.png')).length} bytes`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
