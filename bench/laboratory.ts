// Training steps in the page of examples/browser, at full speed with all that it draws, next to `alc run` of the same
// configuration: in turn, so that what else happens on the machine meets both alike.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { removeTemporaries } from '../src/testing/alc.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { Demo } from '../src/testing/demo.ts';
import { type Result, timing, validate } from './measure.ts';
import { alc, node } from './processes.ts';

const ROUNDS = 5;
const SECONDS = 4;

interface Work {
  readonly name: string;
  readonly module: string;
  /** What is fixed of its search space, for `alc create` and for the page. */
  readonly set: readonly string[];
  readonly space: string;
  /** Two ends of training by `alc run`, and the steps between them. */
  readonly ends: readonly [few: string, many: string];
  readonly steps: number;
}

const works: readonly Work[] = [
  {
    name: 'spiral, 2-16-16-16-1, 200 rows, adam',
    module: 'spiral',
    set: ['layers=3', 'units=16', 'activation=tanh'],
    space: "space.layers=[3, 3]&space.units=[16]&space.activation=['tanh']&space.steps=[10000000]",
    ends: ['steps=1000', 'steps=31000'],
    steps: 30_000,
  },
  {
    name: 'glyphs, 784-64-10, batch 100, adam',
    module: 'glyphs',
    set: ['layers=1', 'units=64', 'activation=relu', 'dropout=0', 'batchSize=100'],
    space:
      "space.layers=[1]&space.units=[64]&space.activation=['relu']&space.dropout=[0]&space.batchSize=[100]&space.epochs=[100000]",
    ends: ['epochs=20', 'epochs=220'],
    steps: 3000,
  },
];

export async function run(): Promise<Result[]> {
  const base = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  const [browser, demo] = await Promise.all([launchChromium(), Demo.start()]);
  try {
    const results: Result[] = [];
    for (const work of works) results.push(...(await compare(work, base, browser, demo)));
    return results;
  } finally {
    await Promise.all([browser.close(), demo.stop()]);
    removeTemporaries();
    rmSync(base, { recursive: true, force: true });
  }
}

async function compare(work: Work, base: string, browser: Browser, demo: Demo): Promise<Result[]> {
  const rounds: { readonly ours: number; readonly page: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = millisecondsOfNode(work, join(base, `${work.module}-${round}`));
    rounds.push({ ours, page: await millisecondsOfPage(work, browser, demo) });
  }
  const { name } = work;
  const [ours, page] = [timing(rounds.map(({ ours }) => ours)), timing(rounds.map(({ page }) => page))];
  const times = timing(rounds.map(({ ours, page }) => page / ours));
  return [
    { name: `${name}: alc run`, value: 1000 / ours.milliseconds, unit: 'steps/s', noise: ours.noise },
    { name: `${name}: page`, value: 1000 / page.milliseconds, unit: 'steps/s', noise: page.noise },
    // At least 80 % of the steps in the same time.
    { name: `${name}: page`, value: times.milliseconds, unit: "times Node's time", goal: 1.25 },
  ];
}

/** Of a step: what more steps take longer. */
function millisecondsOfNode({ module, set, ends, steps }: Work, base: string): number {
  const path = fileURLToPath(
    new URL(`examples/browser/experiments/${module}.ts`, import.meta.resolve('alchemie/package.json')),
  );
  const [few = 0, many = 0] = ends.map((end) => {
    const location = `${base}-${end}`;
    node(alc, 'create', path, location, '--seed=1', ...[...set, end].flatMap((fixed) => ['--set', fixed]));
    const { milliseconds, output } = node(alc, 'run', path, `${location}/1`);
    validate('alc run', output.includes(': finished: step '));
    return milliseconds;
  });
  return (many - few) / steps;
}

/** Of a step, while the page draws what it learns. */
async function millisecondsOfPage({ module, space }: Work, browser: Browser, demo: Demo): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(demo.address(`experiment=${module}&seed=1&amount=1&${space}`));
    await page.getByRole('button', { name: /^Create 1/ }).click();
    await page.getByText('Full speed', { exact: true }).click();
    await page.getByRole('button', { name: 'Train all' }).click();
    await page
      .getByText(/ steps a second/)
      .first()
      .waitFor();
    const passed: unknown = await page.evaluate(`new Promise((resolve) => {
      const caption = document.querySelector('.caption');
      const step = () => Number(/step ([\\d,]+)/.exec(caption.textContent)[1].replaceAll(',', ''));
      let [first, began] = [0, 0];
      const seen = new MutationObserver(() => {
        if (began === 0) [first, began] = [step(), performance.now()];
        else if (performance.now() - began > ${1000 * SECONDS}) {
          seen.disconnect();
          resolve((performance.now() - began) / (step() - first));
        }
      });
      seen.observe(caption, { childList: true, characterData: true, subtree: true });
    })`);
    validate('the page', Number(passed) > 0 && Number.isFinite(Number(passed)));
    return Number(passed);
  } finally {
    await context.close();
  }
}
