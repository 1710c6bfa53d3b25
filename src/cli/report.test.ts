// Pages of `alc report` in a real Chromium.

import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { cells, count, type Opened, openReport, rows, settled, values, words } from '../testing/reportPage.ts';
import { plausibleTrial, type TrialFiles, writeTrial } from '../testing/trials.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  removeTemporaries();
});

/** Texts that would do something, or look like something else, wherever they were not taken as texts. */
const hostile = [
  '<img src=x onerror="window.struck=1">',
  '</script><script>window.struck=1</script>',
  '<!--<script>',
  '"><svg onload=window.struck=1>',
  'javascript:window.struck=1',
  '\u2028\u202e\u0000',
  '__proto__',
] as const;

/** Several trials, those that failed, diverged, were damaged or have not begun among them. */
function variedTrials(): string {
  const location = join(temporary(), 'varied');
  const trials = Array.from({ length: 24 }, (_, i) => plausibleTrial(i + 1, 40));
  for (const [i, trial] of trials.entries()) writeTrial(join(location, `${i + 1}`), trial);
  const [first] = trials;
  if (!first) throw new Error('there are no trials');
  const { pars, seed, log = [] } = first;
  const lost: TrialFiles = {
    pars,
    seed,
    run: { state: 'failed', lineage: [{ end: 'failed', error: 'newTrainer: no <b>bold</b>' }] },
  };
  writeTrial(join(location, '25'), lost);
  writeTrial(join(location, '26'), {
    pars,
    seed,
    log: [...log.slice(0, 3), { step: 400, bestLoss: Infinity, trainLoss: NaN, valLoss: NaN }],
    report: {},
  });
  writeTrial(join(location, '27'), { pars, seed: 1 });
  writeTrial(join(location, '28'), first);
  put(join(location, '28'), { 'log.jsonl': 'not a log\n' });
  return location;
}

const open = (location: string, hash = '', scheme: 'light' | 'dark' = 'light'): Promise<Opened> =>
  openReport(browser, location, hash, scheme);

describe('a report', { timeout: 120_000 }, () => {
  const location = variedTrials();
  beforeAll(() => alcOk(['report', location]), 120_000);

  it('has every number of the files, and says how configurations stand', async () => {
    const { page, mishaps } = await open(location);
    const contents = JSON.parse((await page.locator('#contents').textContent()) ?? '');
    const column = (key: string) => contents.columns.find((column: { key: string }) => column.key === key).values;
    for (let i = 1; i <= 24; i++) {
      const { pars, seed, log, report } = plausibleTrial(i, 40);
      const { optimizer } = Object(pars);
      expect(column('bestLoss')[i - 1]).toBe(log?.at(-1)?.bestLoss);
      expect(column('report.testLoss')[i - 1]).toBe(Object(report).testLoss);
      expect(column('pars.optimizer.learningRate')[i - 1]).toBe(optimizer.learningRate);
      expect(column('pars.optimizer.momentum')[i - 1]).toBe(optimizer.momentum ?? null);
      expect(column('seed')[i - 1]).toBe(seed);
      const curve = contents.curves.find(({ row }: { row: number }) => row === i - 1);
      expect(curve.series.valLoss).toEqual(log?.map(({ valLoss }) => valLoss));
    }
    expect(column('state').slice(24)).toEqual(['failed', 'diverged', 'new', 'failed']);
    // What is shown is what is there: the element's value is the number, its text six digits of it.
    for (const row of (await rows(page).all()).slice(0, 10)) {
      const index = await row.locator('td').first().innerText();
      const [best = ''] = await values(row);
      expect(Number(best)).toBe(plausibleTrial(Number(index), 40).log?.at(-1)?.bestLoss);
      const text = await row.locator('td:nth-child(2)').innerText();
      expect(Math.abs(Number(text) / Number(best) - 1)).toBeLessThan(1e-5);
    }
    expect(await page.locator('#failures').innerText()).toContain('newTrainer: no <b>bold</b>');
    expect(await page.locator('#overview').innerText()).toContain('24 finished');
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('sorts, filters and groups', async () => {
    const { page, mishaps } = await open(location);
    const losses = (await cells(page, 2)).map(Number).filter(Number.isFinite);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    const header = page.locator('#table th button', { hasText: 'dropout' });
    await header.click();
    const order = page.locator('#table th', { hasText: 'dropout' });
    await expect.poll(() => order.getAttribute('aria-sort')).toBe('ascending');
    const dropout = (await cells(page, 4)).map(Number);
    expect(dropout).toEqual([...dropout].sort((a, b) => a - b));
    await header.click();
    await expect.poll(() => order.getAttribute('aria-sort')).toBe('descending');
    expect((await cells(page, 4)).map(Number)).toEqual(dropout.toReversed());

    const filter = page.getByRole('searchbox');
    await filter.fill('optimizer.name == sgd && bestLoss < 0.3');
    const expected = Array.from({ length: 24 }, (_, i) => plausibleTrial(i + 1, 40)).filter(
      ({ pars, log }) => Object(pars).optimizer.name === 'sgd' && Number(log?.at(-1)?.bestLoss) < 0.3,
    );
    expect(expected.length).toBeGreaterThan(2);
    await expect.poll(() => count(page).innerText()).toBe(`${expected.length} of 28 configurations`);
    await expect.poll(() => rows(page).count()).toBe(expected.length);
    await filter.fill('nosuch == 1');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('nosuch');
    await filter.fill('index == 28');
    await expect.poll(() => cells(page, 1)).toEqual(['28']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => count(page).innerText()).toBe('28 of 28 configurations');

    await page.locator('#table').getByLabel('Group by').selectOption('pars.optimizer.name');
    await expect.poll(() => rows(page).count()).toBe(3);
    const group = rows(page).filter({ hasText: 'sgd' });
    const members = Array.from({ length: 24 }, (_, i) => plausibleTrial(i + 1, 40)).filter(
      ({ pars }) => Object(pars).optimizer.name === 'sgd',
    );
    const bests = members.map(({ log }) => Number(log?.at(-1)?.bestLoss));
    const mean = bests.reduce((a, b) => a + b) / bests.length;
    const value = await group.locator('td:nth-child(3) data').getAttribute('value');
    expect(Math.abs(Number(value) / mean - 1)).toBeLessThan(1e-14);
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('selects by brushes, with the pointer and with the keyboard', async () => {
    const { page, mishaps } = await open(location);
    const axis = page.locator('#parallel .axis[data-key="pars.optimizer.learningRate"]');
    const box = await axis.locator('.reach').boundingBox();
    if (!box) throw new Error('the axis is nowhere');
    await axis.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await axis.locator('.reach').boundingBox()) ?? box;
    await page.mouse.move(x + width / 2, y + 0.1 * height);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 0.5 * height, { steps: 4 });
    await page.mouse.up();
    const brush = words(page).get('brush.pars.optimizer.learningRate')?.split('..').map(Number) ?? [];
    const within = Array.from(
      { length: 24 },
      (_, i) => Object(plausibleTrial(i + 1, 40).pars).optimizer.learningRate as number,
    )
      .concat(Array(4).fill(Object(plausibleTrial(1, 40).pars).optimizer.learningRate))
      .filter((rate) => rate >= Number(brush[0]) && rate <= Number(brush[1])).length;
    expect(within).toBeGreaterThan(0);
    await expect.poll(() => count(page).innerText()).toBe(`${within} of 28 configurations`);
    await page.mouse.click(x + width / 2, y + 0.8 * height);
    await expect.poll(() => count(page).innerText()).toBe('28 of 28 configurations');

    const names = page.locator('#parallel .axis[data-key="pars.optimizer.name"]');
    await names.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => count(page).innerText()).not.toBe('28 of 28 configurations');
    await page.keyboard.press('Escape');
    await expect.poll(() => count(page).innerText()).toBe('28 of 28 configurations');
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('tells of what the pointer is over, and opens it', async () => {
    const { page, mishaps } = await open(location);
    const tooltip = page.locator('#curves .tooltip');
    const curves = page.locator('#curves .chart > svg');
    const { x, y, width, height } = (await curves.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    for (let share = 0.95; share > 0.1 && (await tooltip.isHidden()); share -= 0.05)
      await page.mouse.move(x + 0.7 * width, y + share * height);
    expect(await tooltip.innerText()).toMatch(/^Configuration \d+/);
    expect(await page.locator('#curves .marker path').count()).toBe(2);
    // The other parts show where it is.
    expect(await page.locator('#parallel .marker path').count()).toBe(2);
    const [, index] = (await tooltip.innerText()).match(/Configuration (\d+)/) ?? [];
    const said = (await values(tooltip.locator('p'))).map(Number);
    const log = plausibleTrial(Number(index), 40).log ?? [];
    expect(log.find(({ step }) => step === said[0])?.valLoss).toBe(said[1]);

    await curves.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const article = page.locator('#configurations article');
    await expect.poll(() => article.count()).toBe(1);
    const ranked = await cells(page, 1);
    await expect.poll(() => article.locator('h3').innerText()).toBe(`Configuration ${ranked[1]?.trim()}`);
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('is walked through with the keyboard', async () => {
    const { page, mishaps } = await open(location);
    await rows(page).first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const ranked = await cells(page, 1);
    await expect.poll(() => words(page).get('show')).toBe(ranked[2]?.trim());
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('data-place')")).toBe('27');
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => page.locator('#configurations article').count()).toBe(2);
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('is found again as it was left', async () => {
    const { page } = await open(location);
    await page.getByLabel('Result').selectOption('report.testAccuracy');
    await page.getByRole('searchbox').fill('sgd');
    await page.getByRole('button', { name: 'log x' }).click();
    await page.getByLabel('Vertical').selectOption('seconds');
    await page.getByRole('button', { name: 'Colour scheme' }).click();
    await page.getByRole('button', { name: 'Colour scheme' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-scheme')).toBe('dark');
    await settled(page);
    const { hash } = new URL(page.url());
    const before = await page.locator('main').innerText();
    await page.close();
    const again = await open(location, hash);
    expect(await again.page.locator('main').innerText()).toBe(before);
    expect(await again.page.locator('html').getAttribute('data-scheme')).toBe('dark');
    expect(await again.page.getByRole('button', { name: 'larger is better' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    await again.page.goto(
      `${again.page.url().split('#')[0]}#result=nonsense&smoothing=x&show=a,1e99&brush.index=3&scheme=pink`,
    );
    await again.page.locator('main').waitFor();
    expect(again.mishaps).toEqual([]);
    await again.page.close();
  });

  it('follows the colour scheme, fits small screens, and is printed', async () => {
    const { page, mishaps } = await open(location, '', 'dark');
    expect(await page.locator('html').getAttribute('data-scheme')).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => page.locator('html').getAttribute('data-scheme')).toBe('light');
    await page.setViewportSize({ width: 480, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(480);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(mishaps).toEqual([]);
    await page.close();
  });
});

describe('a report of hostile texts', { timeout: 120_000 }, () => {
  it('shows them as they are', async () => {
    const [image, script] = hostile;
    const location = join(temporary(), '<b>\'&"');
    hostile.forEach((text, i) => {
      const key = text === '__proto__' ? 'proto' : text;
      writeTrial(join(location, `${i + 1}`), {
        ...plausibleTrial(i + 1, 5),
        pars: { [key]: text, both: i },
        report: { [key]: text, texts: [text, { [key]: text }], number: i },
        run: { state: 'finished', alchemie: text, lineage: [{ host: text }] },
      });
    });
    writeTrial(join(location, '8'), {
      pars: { both: 8 },
      seed: 1,
      run: { state: 'failed', lineage: [{ error: image }] },
    });
    put(location, { 'experiment.json': JSON.stringify({ module: script, seed: 0 }) });
    await alcOk(['report', location]);
    const { page, mishaps } = await open(location, `#show=1,2,3,4,5,6,7,8&filter=&group=*`);
    expect(await page.locator('article').count()).toBe(8);
    const text = (await page.locator('main').textContent()) ?? '';
    for (const part of [image, script, hostile[2], hostile[3], hostile[4]]) expect(text).toContain(part);
    expect(await page.locator('main').locator('img, script, iframe, object, [onload], [onerror]').count()).toBe(0);
    expect(await page.evaluate('window.struck')).toBeUndefined();
    expect(mishaps).toEqual([]);
    await page.close();
  });

  it('makes no element of a text, and no code', () => {
    const { script } = JSON.parse(`{"script":${/script = ("(?:[^"\\]|\\.)*")/.exec(read(root, 'dist/page.js'))?.[1]}}`);
    expect(script.length).toBeGreaterThan(1000);
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|DOMParser|srcdoc/,
    );
  });
});

describe('pictures', { timeout: 120_000 }, () => {
  it('are drawn of numbers by their shape', async () => {
    const location = join(temporary(), 'pictures');
    const list = (...shape: readonly number[]): unknown => {
      const [n, ...rest] = shape;
      return n === undefined ? 0.5 : Array.from({ length: n }, (_, i) => (rest.length ? list(...rest) : i / 7 - 0.5));
    };
    const report = {
      losses: list(20),
      few: [1, 2.5, 'x'],
      map: list(30, 40),
      counts: [
        [50, 1, 0, 2],
        [3, 60, 0, 0],
        [0, 0, 70, 1],
        [0, 0, 0, 80],
      ],
      small: [
        [1, 2],
        [3, 4],
      ],
      weights: list(9, 12, 14),
      samples: list(6, 8, 8, 3),
      wide: list(2, 3, 8, 8),
      ragged: [
        [1, 2, 3, 4],
        [1, 2],
      ],
      broken: [
        [1, Number.NaN, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 3, 4.5],
      ],
    };
    writeTrial(join(location, '1'), { ...plausibleTrial(1, 3), report });
    await alcOk(['report', location]);
    const { page, mishaps } = await open(location);
    const article = page.locator('article');
    const size = async (name: string): Promise<number[]> => {
      const canvas = article.locator(`canvas[aria-label^="${name}:"]`);
      return [await canvas.getAttribute('width'), await canvas.getAttribute('height')].map(Number);
    };
    expect(await size('map')).toEqual([40, 30]);
    expect(await size('weights')).toEqual([3 * 15 - 1, 3 * 13 - 1]);
    expect(await size('samples')).toEqual([3 * 9 - 1, 2 * 9 - 1]);
    expect(await size('wide')).toEqual([3 * 9 - 1, 2 * 9 - 1]);
    expect(await size('broken')).toEqual([4, 4]);
    expect(await article.locator('.counts tbody tr').count()).toBe(4);
    expect(await article.locator('.counts td', { hasText: '80' }).count()).toBe(1);
    expect(await article.locator('svg.sparkline').count()).toBe(1);
    const map = article.locator('canvas[aria-label^="map:"]');
    await map.hover({ position: { x: 3, y: 3 } });
    const reading = article.locator('figure', { has: page.locator('canvas[aria-label^="map:"]') }).locator('.reading');
    expect(await reading.innerText()).toBe('[0, 0] -0.5');
    expect(mishaps).toEqual([]);
    await page.close();
  });
});

describe('alc report', () => {
  it('says where it has written, and what is wrong', async () => {
    const location = variedTrials();
    const file = join(location, 'elsewhere.html');
    const said = await alcOk(['report', location, '--to', file, '--json']);
    expect(JSON.parse(said)).toEqual({ path: file, configurations: 28 });
    const html = read(file);
    expect(html).toContain("default-src 'none'");
    expect(html.match(/<script/g)).toHaveLength(2);
    const empty = await alc(['report', temporary()]);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('there are no configurations')]);
    const none = await alc(['report', 'nowhere']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no such location')]);
  });
});
