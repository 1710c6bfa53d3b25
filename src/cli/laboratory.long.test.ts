// The laboratory in a browser tab: saves that are cut at their most delicate places, and how fast it draws. Run by
// `npm run test:long`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mnist } from '../data/mnist.node.ts';
import { alcOk, put, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { datasetDirectory } from '../testing/data.ts';
import { Demo } from '../testing/demo.ts';
import { withoutPrivateFiles } from '../testing/heldSaves.ts';
import { hashIn, spiralLink, trainedSpiral } from '../testing/spiral.ts';
import { complaints, crashDuringSave, Tab } from '../testing/tab.ts';

const timeout = 240_000;

let browser: Browser;
let demo: Demo;
let sha256: string;

beforeAll(async () => {
  [browser, demo, { sha256 }] = await Promise.all([launchChromium(), Demo.start(), trainedSpiral()]);
}, timeout);

afterAll(async () => {
  await Promise.all([browser?.close(), demo?.stop()]);
  removeTemporaries();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** The files of the only configuration in the private file system. */
async function namesIn(page: Page): Promise<string[]> {
  const names: unknown = await page.evaluate(`(async () => {
    let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
    for await (const set of folder.values()) folder = await set.getDirectoryHandle('1');
    return Array.fromAsync(folder.keys());
  })()`);
  const sorted = Array.isArray(names) ? names.map((name) => `${name}`.replace(/^\.tmp-.*/, '.tmp')).sort() : [];
  return sorted.filter((name) => /^(\.tmp|checkpoint)/.test(name));
}

const [one, two, three] = [1, 2, 3].map((number) => `checkpoint-${number}.safetensors`);

describe('a run whose page crashes when', { timeout }, () => {
  it.each([
    ['a part of the second checkpoint is written', ['.tmp', one]],
    ['the second checkpoint is written, and not yet in its place', ['.tmp', one]],
    ['the second checkpoint has just come to its place', [one, two]],
    ['the third checkpoint is there, and the first not yet gone', [one, two, three]],
  ] as const)('%s, ends with the bytes of alc run', async (where, names) => {
    const tab = await crashDuringSave(browser, demo.address(spiralLink), where);
    expect(await namesIn(tab.page)).toEqual(names);
    expect(await tab.finish()).toBe(sha256);
    await tab.page.context().close();
  });

  it('the second checkpoint is put into a database, ends with the bytes of alc run', async () => {
    const where = 'the second checkpoint is put into a database';
    const tab = await crashDuringSave(browser, demo.address(spiralLink), where, withoutPrivateFiles);
    expect(await tab.finish()).toBe(sha256);
    await tab.page.context().close();
  });
});

const folder = datasetDirectory(mnist);

it.skipIf(folder === undefined)('the real digits are learnt with the bytes of alc run', { timeout }, async () => {
  const names = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'];
  const data = temporary();
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder ?? '', name))]));
  put(data, files);
  const module = join(root, 'examples/browser/experiments/mnist.ts');
  const settings = ['units=32', 'layers=2', 'activation=gelu', 'dropout=0.2', 'batchSize=100', 'epochs=3'];
  await alcOk(['create', module, `${data}/runs`, '--seed=3', ...settings.flatMap((each) => ['--set', each])]);
  const expected = hashIn(await alcOk(['run', module, `${data}/runs/1`, '--data', data]));

  const context = await browser.newContext();
  const space = "units=[32]&space.layers=[2]&space.activation=['gelu']&space.dropout=[0.2]&space.batchSize=[100]";
  const tab = await Tab.open(context, demo.address(`experiment=mnist&seed=3&amount=1&space.${space}&space.epochs=[3]`));
  await tab.drop(files);
  await tab.page.getByText('MNIST needs its files').waitFor({ state: 'hidden' });
  await tab.create();
  expect(await tab.finish()).toBe(expected);
  await context.close();
});

// How many are drawn depends on what else the machine does; what they cost does not.
it.each(['200', 'Full speed'])('frames leave time for 60 a second, training at %s', { timeout }, async (speed) => {
  const context = await browser.newContext();
  const tab = await Tab.open(context, demo.address('experiment=spiral&seed=5&amount=8'));
  await tab.create();
  await tab.setSpeed(speed);
  await tab.train();
  await tab.passes(0);
  const session = await context.newCDPSession(tab.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const before = await worked();
  const { frames, seconds } = await framesOf(tab.page);
  const each = ((await worked()) - before) / frames;
  console.log(
    `${speed}: ${(frames / seconds).toFixed(1)} frames a second, ${each.toFixed(1)} ms of the processor each`,
  );
  expect(each).toBeLessThan(1000 / 60 / 2);
  await context.close();
});

async function framesOf(page: Page): Promise<{ frames: number; seconds: number }> {
  const [frames, seconds] = await page.evaluate<[number, number]>(`new Promise((resolve) => {
    const started = performance.now();
    let count = 0;
    const draw = () => {
      const seconds = (performance.now() - started) / 1000;
      if (seconds > 5) return resolve([count, seconds]);
      count++;
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  })`);
  return { frames, seconds };
}
