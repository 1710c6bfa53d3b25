// The laboratory in a browser tab, in a real Chromium: whatever is done to a run, its bytes are those of alc run.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, root, start, temporary } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { generatedMnist, writeGeneratedMnist } from '../testing/data.ts';
import { Demo } from '../testing/demo.ts';
import { heldCheckpoint } from '../testing/heldCheckpoint.ts';
import { withoutPrivateFiles } from '../testing/heldSaves.ts';
import { createSpiral, hashIn, spiral, spiralLink, trainedSpiral } from '../testing/spiral.ts';
import { beforeWorkers, complaints, crashDuringSave, Tab } from '../testing/tab.ts';
import { until } from '../testing/until.ts';

const timeout = 240_000;

let browser: Browser;
let demo: Demo;
/** By `alc run`, what the link leads to. */
let trained: { readonly location: string; readonly sha256: string };

beforeAll(async () => {
  [browser, demo, trained] = await Promise.all([launchChromium(), Demo.start(), trainedSpiral()]);
}, timeout);

afterAll(async () => {
  await Promise.all([browser?.close(), demo?.stop()]);
  removeTemporaries();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** The files of a directory, with its name before theirs. */
function filesBelow(parent: string, name: string): Record<string, Uint8Array> {
  const entries = readdirSync(join(parent, name), { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(parent.length + 1), readFileSync(path)]));
}

describe('a run in the page', { timeout }, () => {
  it('that was paused, and crashes with its page during a save, ends with the bytes of alc run', async () => {
    const tab = await crashDuringSave(browser, demo.address(spiralLink), 'a part of the second checkpoint is written');
    expect(await tab.finish()).toBe(trained.sha256);
    await tab.page.context().close();
  });

  it('that cannot be saved says so, and loses nothing', async () => {
    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.create();
    await tab.press('100 steps');
    await tab.shows('paused');
    await tab.limitStorage(1);
    await tab.train();
    const notice = tab.page.getByRole('status');
    const full = "cannot be written, the browser's storage is full; free space on this device";
    await notice.getByText(/^Configuration 1: warning: no checkpoint could be written; training goes on/).waitFor();
    expect(await notice.innerText()).toContain(full);
    await tab.press('Pause all');
    await tab.shows('failed');
    expect(await tab.page.getByRole('alert').innerText()).toContain(full);

    await tab.limitStorage();
    await tab.page.reload();
    await tab.shows('paused');
    expect(await tab.step()).toBe(100);
    expect(await tab.finish()).toBe(trained.sha256);
    await context.close();
  });

  it('that is carried to the command line ends with the same bytes', async () => {
    const context = await browser.newContext({ acceptDownloads: true });
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.create();
    await tab.press('100 steps');
    await tab.shows('paused');
    expect(await tab.step()).toBe(100);
    const folder = temporary();
    put(folder, await tab.download());
    const [name = ''] = readdirSync(folder);
    expect(read(folder, `${name}/1/cfg.mjs`)).toBe(read(trained.location, '1/cfg.mjs'));
    const { code, stdout, stderr } = await alc(['run', `${name}/1`], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('continuing at step 100');
    expect(hashIn(stdout)).toBe(trained.sha256);
    await context.close();
  });

  it('that alc run has begun ends with the bytes of alc run', async () => {
    const folder = temporary();
    const [uncut] = await Promise.all([
      trainedSpiral('steps=150000'),
      createSpiral(join(folder, 'runs'), 'steps=150000'),
    ]);
    const { env, isThere, open } = heldCheckpoint(join(folder, 'runs/1'), 1);
    const { child, ended } = start(['run', spiral, 'runs/1', '--checkpoint-every=50ms'], { cwd: folder, env });
    await until('a checkpoint', isThere, { child });
    child.kill('SIGINT');
    open();
    expect((await ended).code).toBe(9);

    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address('experiment=xor'));
    await tab.give({ 'runs.zip': zipSync(filesBelow(folder, 'runs')) });
    await tab.shows('paused');
    const step = await tab.step();
    expect(step).toBe(JSON.parse(read(folder, 'runs/1/run.json')).lineage[0].step);
    expect(step).toBeLessThan(150_000);
    expect(await tab.finish()).toBe(uncut.sha256);
    await context.close();
  });

  it('belongs to one tab at a time', async () => {
    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.create();
    await tab.setSpeed('20');
    await tab.train();
    await tab.passes(0);
    const other = await Tab.open(context, demo.address(spiralLink));
    await other.train();
    await other.shows('in another tab');
    await tab.page.close();
    expect(await other.finish()).toBe(trained.sha256);
    await context.close();
  });

  it('has a number of its own, though two tabs create at a time', async () => {
    const context = await browser.newContext();
    const link = demo.address('experiment=spiral&seed=5&amount=20');
    const tabs = await Promise.all([Tab.open(context, link), Tab.open(context, link)]);
    const { page } = await Tab.open(context, link);
    // Both wait for a third, so that neither is done before the other begins.
    await page.evaluate(`new Promise((held) => {
      const hold = () => {
        held();
        return new Promise((letGo) => { window.letGo = letGo; });
      };
      navigator.locks.request('alchemie: new configurations', hold);
    })`);
    const created = tabs.map((tab) => tab.create());
    const waiting = 'navigator.locks.query().then(({ pending }) => pending.length)';
    await expect.poll(() => page.evaluate(waiting), { timeout: 30_000 }).toBe(2);
    await page.evaluate('window.letGo()');
    await Promise.all(created);
    await page.reload();
    await page.locator('.card').first().waitFor();
    expect(await page.locator('.card').count()).toBe(40);
    await context.close();
  });

  it('is kept in IndexedDB where there is no private file system', async () => {
    const context = await browser.newContext();
    await beforeWorkers(context, withoutPrivateFiles);
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.create();
    expect(await tab.finish()).toBe(trained.sha256);
    await tab.page.getByText("Kept in the browser's IndexedDB.").waitFor();
    await context.close();
  });

  it('can be paused and removed as soon as it has begun, and leaves nothing behind', async () => {
    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address(spiralLink));
    tab.page.on('dialog', (dialog) => void dialog.accept());
    await tab.create();
    // In one turn, before the worker can have opened anything.
    await tab.page.evaluate(`{
      const button = document.querySelector('.toolbar button');
      button.click();
      requestAnimationFrame(() => requestAnimationFrame(() => button.click()));
    }`);
    await tab.shows('paused');
    expect(await tab.step()).toBeLessThan(200);
    await tab.train();
    await tab.passes(200);
    await tab.press('Remove this set');
    await tab.page.getByText(/^Removed /).waitFor();
    await tab.page.reload();
    await tab.create();
    await tab.shows('new');
    expect(await tab.finish()).toBe(trained.sha256);
    await context.close();
  });

  it('can be forked with other parameters', async () => {
    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.create();
    await tab.finish();
    await tab.page.getByText('Fork with other parameters').click();
    await tab.page.locator('#fork-steps').fill('4100');
    await tab.press('Fork and train');
    await tab.page.getByRole('heading', { name: 'Configuration 2' }).waitFor();
    await tab.page.locator('.card').nth(1).locator('[data-state=finished]').waitFor();
    expect(await tab.page.locator('.facts').innerText()).toMatch(/steps\s+4100/);
    await context.close();
  });
});

describe('digits', { timeout }, () => {
  it('of files that are dropped are learnt with the bytes of alc run, by whoever has the link', async () => {
    const count = { test: 500 };
    const settings = ['units=16', 'layers=1', 'activation=relu', 'dropout=0', 'batchSize=100', 'epochs=2'];
    const cwd = temporary();
    await writeGeneratedMnist(join(cwd, 'data'), count);
    const module = join(root, 'examples/browser/experiments/mnist.ts');
    await alcOk(['create', module, 'runs', '--seed=7', ...settings.flatMap((each) => ['--set', each])], { cwd });
    const expected = hashIn(await alcOk(['run', module, 'runs/1', '--data', 'data'], { cwd }));

    const files = Object.fromEntries([...generatedMnist(count)].map(([name, bytes]) => [`${name}.gz`, bytes]));
    const space = "units=[16]&space.layers=[1]&space.activation=['relu']&space.dropout=[0]&space.batchSize=[100]";
    let link = demo.address(`experiment=mnist&seed=7&amount=1&space.${space}&space.epochs=[2]`);
    for (const _ of ['one visitor', 'another who was sent the link']) {
      const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
      const tab = await Tab.open(context, link);
      await tab.page.getByText('MNIST needs its files').waitFor();
      await tab.drop(files);
      await tab.page.getByText('MNIST needs its files').waitFor({ state: 'hidden' });
      await tab.create();
      expect(await tab.finish()).toBe(expected);
      await tab.press('Copy link');
      link = `${await tab.page.evaluate('navigator.clipboard.readText()')}`;
      await context.close();
    }
  });

  it('that a visitor draws are told', async () => {
    const context = await browser.newContext();
    const tab = await Tab.open(context, demo.address('experiment=glyphs&seed=1&amount=1'));
    await tab.create();
    await tab.finish();
    const seven = [
      [0.3, 0.22],
      [0.7, 0.22],
      [0.45, 0.78],
    ] as const;
    await tab.draw(seven);
    await tab.page.getByText(/^It takes this for a 7, \d+ % sure\.$/).waitFor();
    await tab.press('Wipe');
    await tab.page.getByText('Train a configuration, draw, and see what it takes it for.').waitFor();
    const one = [
      [0.5, 0.2],
      [0.5, 0.8],
    ] as const;
    await tab.draw(one);
    await tab.page.getByText(/^It takes this for a 1, \d+ % sure\.$/).waitFor();
    await context.close();
  });
});

describe('the page', { timeout }, () => {
  it('is small', () => {
    const sizes = readdirSync(demo.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => gzipSync(readFileSync(join(demo.folder, name))).length);
    const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
    console.log(`the page: ${(size / 1000).toFixed(1)} kB compressed`);
    expect(size).toBeLessThan(200_000);
  });

  it('needs no network after the first visit', async () => {
    const host = await Demo.serve(demo.folder);
    const context = await browser.newContext();
    const tab = await Tab.open(context, host.address(spiralLink));
    // The service worker may have all files before the page has.
    await tab.whenReady();
    await tab.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await host.stop();
    await expect(fetch(host.address(''))).rejects.toThrow();
    await tab.page.reload();
    await tab.create();
    expect(await tab.finish()).toBe(trained.sha256);
    // By the name of its file, too, and with nothing that the first tab may have left in memory.
    await tab.page.close();
    const other = await Tab.open(context, host.address(spiralLink).replace('/#', '/index.html#'));
    await other.shows('finished');
    await context.close();
  });

  it('whose visitor loses the network before it is there says so', async () => {
    const context = await browser.newContext();
    await context.route('**/*.wasm', (route) => route.abort());
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.page
      .getByText(
        /^\/any\/path\/assets\/core-[\w-]+\.wasm: cannot be fetched; reload the page when the network is there$/,
      )
      .waitFor();
    expect(complaints.splice(0).length).toBeGreaterThan(0);
    await context.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('can be read by everybody, %s and %d wide, and stays where it is', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 } });
    await context.addInitScript(`
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shift += value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    const tab = await Tab.open(context, demo.address(spiralLink));
    await tab.whenReady();
    expect(await tab.page.evaluate('window.shift')).toBeLessThan(0.1);
    await tab.create();
    // That configurations appear was asked for, but for Chromium only what comes within half a second of it.
    await tab.page.evaluate(`new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve((window.shift = 0)))));
    })`);
    await tab.finish();
    expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await tab.page.evaluate('window.shift')).toBeLessThan(0.1);
    await tab.page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await tab.page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
    );
    expect(found).toEqual([]);
    await context.close();
  });
});
