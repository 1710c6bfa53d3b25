// What the views of a report's page show, in a real Chromium, compared with the files and with what it means by definition.

import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alc, alcOk, put, read, removeTemporaries, temporary } from '../testing/alc.ts';
import { launchChromium } from '../testing/chromium.ts';
import { item } from '../testing/item.ts';
import { openReport, rows, settled, values } from '../testing/reportPage.ts';
import { plausibleTrial, writeTrial } from '../testing/trials.ts';

let browser: Browser;
const location = join(temporary(), 'views');
const COUNT = 40;
const LINES = 40;

beforeAll(async () => {
  browser = await launchChromium();
  for (let i = 1; i <= COUNT; i++) writeTrial(join(location, `${i}`), plausibleTrial(i, LINES));
  await alcOk(['report', location]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  removeTemporaries();
});

const reportOf = (i: number | string) => JSON.parse(read(location, `${i}`, 'report-last.json'));
const logOf = (i: number | string): Record<string, number>[] =>
  read(location, `${i}`, 'log.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
/** A number of the configuration's text. */
const parOf = (i: number | string, name: string): number =>
  Number(new RegExp(`${name}: ([-\\d.e]+)`).exec(read(location, `${i}`, 'cfg.mjs'))?.[1]);

async function withPage(hash: string, use: (page: Page) => Promise<void>): Promise<void> {
  const { page, mishaps } = await openReport(browser, location, hash);
  await use(page);
  expect(mishaps).toEqual([]);
  await page.close();
}

/** What the tooltip says: the configuration, and the numbers of its second line. */
async function told(tooltip: Locator): Promise<{ readonly index: string; readonly numbers: readonly number[] }> {
  const [, index = ''] = (await tooltip.innerText()).match(/Configuration (\d+)/) ?? [];
  return { index, numbers: (await values(tooltip.locator('p').first())).map(Number) };
}

/** Whether the longest of the distances of values from a line through places is less than half a pixel. */
function isOnLine(places: readonly number[], quantities: readonly number[]): boolean {
  const [low, high] = [quantities.indexOf(Math.min(...quantities)), quantities.indexOf(Math.max(...quantities))];
  const slope = (item(places, high) - item(places, low)) / (item(quantities, high) - item(quantities, low));
  const off = places.map(
    (place, i) => place - item(places, low) - slope * (item(quantities, i) - item(quantities, low)),
  );
  return Math.abs(slope) > 0 && Math.max(...off.map(Math.abs)) < 0.5;
}

describe('the scatter plot', { timeout: 120_000 }, () => {
  it.each([
    ['pars.optimizer.learningRate', 'report.testLoss', (i: string) => Math.log10(parOf(i, 'learningRate'))],
    ['pars.dropout', 'report.testAccuracy', (i: string) => parOf(i, 'dropout')],
  ])('of %s and %s has every point where its numbers are, which it tells', async (x, y, across) => {
    await withPage(`#scatterX=${x}&scatterY=${y}`, async (page) => {
      const tooltip = page.locator('#scatter .tooltip');
      const marker = page.locator('#scatter .marker circle');
      await page.locator('#scatter .chart > svg').focus();
      const found = new Map<string, readonly [number, number]>();
      for (let i = 0; i < COUNT; i++) {
        await page.keyboard.press('ArrowRight');
        const { index, numbers } = await told(tooltip);
        expect(numbers).toEqual([
          parOf(index, item(x.split('.').slice(-1), 0)),
          reportOf(index)[y.slice('report.'.length)],
        ]);
        found.set(index, [Number(await marker.getAttribute('cx')), Number(await marker.getAttribute('cy'))]);
      }
      expect(found.size).toBe(COUNT);
      const [indices, places] = [[...found.keys()], [...found.values()]];
      expect(
        isOnLine(
          places.map(([cx]) => cx),
          indices.map(across),
        ),
      ).toBe(true);
      const ups = indices.map((i) => reportOf(i)[y.slice('report.'.length)]);
      expect(
        isOnLine(
          places.map(([, cy]) => cy),
          ups,
        ),
      ).toBe(true);
      expect(Math.min(...places.map(([, cy]) => cy))).toBe(item(places, ups.indexOf(Math.max(...ups)))[1]);
    });
  });

  it('tells of the point that the pointer is over', async () => {
    await withPage('#scatterX=pars.optimizer.name&scatterY=bestLoss', async (page) => {
      const plot = page.locator('#scatter .chart > svg');
      await plot.scrollIntoViewIfNeeded();
      await plot.focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
      const before = await told(page.locator('#scatter .tooltip'));
      const marker = page.locator('#scatter .marker circle');
      const [cx, cy] = [Number(await marker.getAttribute('cx')), Number(await marker.getAttribute('cy'))];
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('#scatter .tooltip').isHidden()).toBe(true);
      const box = (await plot.boundingBox()) ?? expect.fail('the plot is nowhere');
      await page.mouse.move(box.x + cx, box.y + cy);
      expect(await told(page.locator('#scatter .tooltip'))).toEqual(before);
      expect(before.numbers).toEqual([logOf(before.index).at(-1)?.bestLoss]);
      const name = /name: '(\w+)'/.exec(read(location, before.index, 'cfg.mjs'))?.[1];
      expect(await page.locator('#scatter .tooltip p').innerText()).toContain(`optimizer.name ${name}`);
    });
  });
});

describe('importance', { timeout: 120_000 }, () => {
  it.each([
    ['bestLoss', []],
    ['report.testAccuracy', ['--highest']],
  ])('of %s is what the command says', async (result, more) => {
    const { parameters } = JSON.parse(await alcOk(['importance', location, '--by', result, ...more, '--json']));
    await withPage(`#result=${result}`, async (page) => {
      const section = page.locator('#importance');
      for (const method of ['fanova', 'pedAnova'] as const) {
        await section.getByLabel('Method').selectOption(method);
        const shown = await values(section.locator('li'));
        const names = await section.locator('li button').allInnerTexts();
        const expected = [...parameters].sort((a, b) => b[method] - a[method]);
        expect(shown.map(Number)).toEqual(expected.map((each) => each[method]));
        expect(names.map((name) => `pars.${name}`).sort()).toEqual(expected.map(({ key }) => key).sort());
      }
    });
  });
});

/** The places of the marked curve, down the screen. */
async function marked(page: Page): Promise<number[]> {
  const path = (await page.locator('#curves .marker path').first().getAttribute('d')) ?? '';
  return [...path.matchAll(/,([\d.]+)/g)].map(([, y]) => Number(y));
}

describe('learning curves', { timeout: 120_000 }, () => {
  it.each([
    ['logarithmic', true],
    ['linear', false],
  ])('are smoothed by a moving average, on a %s axis', async (_, isLogarithmic) => {
    await withPage(`#logY=${isLogarithmic}`, async (page) => {
      const slider = page.locator('#curves input[type="range"]');
      const plot = page.locator('#curves .chart > svg');
      const scaled = isLogarithmic ? Math.log10 : (value: number): number => value;
      for (const share of [0, 0.9]) {
        await slider.fill(`${share}`);
        await settled(page);
        await plot.focus();
        await page.keyboard.press('ArrowDown');
        const { index, numbers } = await told(page.locator('#curves .tooltip'));
        const logged = logOf(index).map(({ valLoss = Number.NaN }) => valLoss);
        // What is told is what was logged.
        expect(logged).toContain(numbers[1]);
        const averages = logged.map((_, t) => {
          const weights = logged.slice(0, t + 1).map((_, i) => (share === 0 ? Number(i === t) : share ** (t - i)));
          const sum = weights.reduce((sum, weight, i) => sum + weight * scaled(item(logged, i)), 0);
          return sum / weights.reduce((a, b) => a + b);
        });
        const places = await marked(page);
        expect(places).toHaveLength(LINES);
        expect(isOnLine(places, averages)).toBe(true);
        if (share > 0) expect(isOnLine(places, logged.map(scaled))).toBe(false);
      }
    });
  });

  it('of a group are their mean, with a band', async () => {
    const seeds = join(temporary(), 'seeds');
    const lossOf = (i: number, step: number): number => 1 / step + (i % 3) * 0.1 + (i > 3 ? 1 : 0);
    for (let i = 1; i <= 6; i++) {
      // Some are over earlier.
      const log = Array.from({ length: i === 2 ? 5 : 10 }, (_, k) => {
        const step = k + 1;
        return { step, valLoss: lossOf(i, step), bestLoss: lossOf(i, step) };
      });
      writeTrial(join(seeds, `${i}`), { pars: { rate: i > 3 ? 0.1 : 0.2 }, seed: i, log, report: {} });
    }
    await alcOk(['report', seeds]);
    const { page, mishaps } = await openReport(browser, seeds);
    const curves = page.locator('#curves');
    expect(await curves.getByLabel('Band').isHidden()).toBe(true);
    await curves.getByLabel('Group by').selectOption('*');
    await expect.poll(() => page.locator('#table').getByLabel('Group by').inputValue()).toBe('*');
    await settled(page);
    expect(await page.locator('#table h2').innerText()).toBe('Groups 2');
    expect(await curves.locator('.note').innerText()).toContain('Means of 2 groups: 6 curves of 6 selected');
    await curves.locator('.chart > svg').focus();
    const at = async (step: number, band: 'range' | 'quartiles'): Promise<void> => {
      const members = [1, 2, 3].filter((i) => i !== 2 || step <= 5).map((i) => lossOf(i, step));
      const sorted = members.sort((a, b) => a - b);
      const between = (part: number): number => {
        const place = part * (sorted.length - 1);
        const low = item(sorted, Math.floor(place));
        return low + (place % 1) * (item(sorted, Math.ceil(place)) - low);
      };
      const limits = band === 'range' ? [0, 1] : [0.25, 0.75];
      const tooltip = curves.locator('.tooltip');
      const numbers = (await values(tooltip.locator('p'))).map(Number);
      const mean = sorted.reduce((a, b) => a + b) / sorted.length;
      expect(numbers).toEqual([step, mean, ...limits.map(between)].map((value) => expect.closeTo(value, 12)));
      expect(await tooltip.innerText()).toContain(`${members.length} curves here`);
      expect(await tooltip.innerText()).toMatch(/^3 configurations/);
    };
    for (const step of [1, 2]) {
      // From the first place on, of the best group.
      await page.keyboard.press(step === 1 ? 'ArrowUp' : 'ArrowRight');
      await at(step, 'range');
    }
    await page.keyboard.press('Shift+ArrowRight');
    await at(10, 'range');
    await curves.getByLabel('Band').selectOption('quartiles');
    await settled(page);
    await curves.locator('.chart > svg').focus();
    await page.keyboard.press('ArrowLeft');
    await at(9, 'quartiles');
    await page.keyboard.press('Shift+ArrowLeft');
    await at(1, 'quartiles');
    expect(mishaps).toEqual([]);
    await page.close();
  });
});

/** Elements that are wider than the paper, or than what shows them. */
const CUT_OFF = `[...document.querySelectorAll('main *')].flatMap((element) => {
  const { right, width } = element.getBoundingClientRect();
  const { overflowX, display } = getComputedStyle(element);
  const hides = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  const isOutside = width > 0 && right > document.documentElement.clientWidth + 1;
  return display !== 'none' && (hides || isOutside) ? [element.tagName + '.' + element.className + ' ' + element.textContent.slice(0, 40)] : [];
})`;

describe('on paper', { timeout: 120_000 }, () => {
  it('is everything there that is for reading, and nothing is cut off', async () => {
    await withPage('#show=1,2', async (page) => {
      // A4, less its margins.
      await page.setViewportSize({ width: 718, height: 1047 });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('views');
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
      for (const name of ['Learning curves', 'Parallel coordinates', 'Importance', 'Configurations', 'Shown whole'])
        expect(await page.getByRole('heading', { name }).first().isVisible(), name).toBe(true);
      // Nobody presses a button there, and paper is white.
      expect(await page.getByRole('toolbar').isHidden()).toBe(true);
      expect(await page.getByRole('button', { name: 'Save as CSV' }).isHidden()).toBe(true);
      expect(await page.locator('html').getAttribute('data-scheme')).toBe('light');
      expect(await rows(page).count()).toBe(COUNT);
      expect(await page.evaluate(CUT_OFF)).toEqual([]);
      // What is not there is told.
      const columns = await page.locator('#table th').count();
      expect(await page.locator('#table .printed').innerText()).toBe(`Printed are the first ${columns} of 18 columns.`);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await page.locator('#table th').count()).toBe(18);
      await page.emulateMedia({ media: 'screen' });
      expect(await page.getByRole('toolbar').isVisible()).toBe(true);
      expect(await page.locator('html').getAttribute('data-scheme')).toBe('dark');
    });
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}

describe('the CSV', { timeout: 120_000 }, () => {
  it('has what is selected, in all columns, with the numbers of the files', async () => {
    await withPage('#filter=optimizer.name%20!=%20sgd', async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save as CSV' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('views.csv');
      const [header = [], ...lines] = parseCsv(readFileSync(await download.path(), 'utf8'));
      expect(header.slice(0, 2)).toEqual(['index', 'bestLoss']);
      const wanted = Array.from({ length: COUNT }, (_, i) => i + 1).filter(
        (i) => !read(location, `${i}`, 'cfg.mjs').includes("'sgd'"),
      );
      expect(lines.map(([index]) => Number(index)).sort((a, b) => a - b)).toEqual(wanted);
      const losses = lines.map(([, loss]) => Number(loss));
      expect(losses).toEqual([...losses].sort((a, b) => a - b));
      for (const line of lines) {
        expect(line).toHaveLength(header.length);
        const cell = (key: string): string => line[header.indexOf(key)] ?? expect.fail(`no column ${key}`);
        const index = cell('index');
        expect(Number(cell('bestLoss'))).toBe(logOf(index).at(-1)?.bestLoss);
        for (const key of ['trainLoss', 'testLoss', 'testAccuracy'])
          expect(Number(cell(`report.${key}`))).toBe(reportOf(index)[key]);
        expect(Number(cell('pars.optimizer.learningRate'))).toBe(parOf(index, 'learningRate'));
        expect(cell('pars.hidden')).toBe(/hidden: (\[.*?\])/.exec(read(location, index, 'cfg.mjs'))?.[1]);
        expect(cell('state')).toBe('finished');
      }
    });
  });
});

describe.runIf(process.platform === 'linux')('alc report --open', { timeout: 60_000 }, () => {
  const url = (): string => pathToFileURL(resolve(location, 'opened.html')).href;
  const args = (): string[] => ['report', location, '--to', join(location, 'opened.html'), '--open'];

  it('opens the page with what the system opens pages with', async () => {
    const tools = temporary();
    put(tools, {
      'xdg-open': `#!/bin/sh\nprintf '%s\\n' "$@" > '${tools}/part' && mv '${tools}/part' '${tools}/told'\n`,
    });
    chmodSync(join(tools, 'xdg-open'), 0o755);
    await alcOk(args(), { env: { PATH: `${tools}:${process.env.PATH}` } });
    await expect.poll(() => existsSync(join(tools, 'told')), { timeout: 20_000 }).toBe(true);
    expect(read(tools, 'told')).toBe(`${url()}\n`);
  });

  it('says where the page is if there is no such thing', async () => {
    const { code, stdout, stderr } = await alc(args(), { env: { PATH: temporary() } });
    expect([code, stdout]).toEqual([0, `${join(location, 'opened.html')}\n`]);
    expect(stderr).toBe(`report: there is no xdg-open to open it with; open ${url()} in a browser\n`);
  });
});
