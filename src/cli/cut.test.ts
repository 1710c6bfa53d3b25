// A run that is cut, however and whenever, and continued gives the bytes of the uncut one. The full battery is in
// cut.long.test.ts.

import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as optimizers from '../optimizers/index.ts';
import { alc, alcOk, newestCheckpoint, put, read, removeTemporaries, results, start } from '../testing/alc.ts';
import {
  closedGate,
  cutAndUncut,
  cutLocation,
  cutModes,
  cutModule,
  type Gate,
  interruptions,
  optimizerOptions,
  runWithCuts,
  type SomePars,
} from '../testing/cuts.ts';
import { until } from '../testing/until.ts';

afterAll(removeTemporaries);

const modes = Object.entries(cutModes);
const battery = Object.keys(optimizers).map((name, i) => {
  const [mode = '', pars = {}] = modes[i % modes.length] ?? [];
  return { name, mode, pars: { ...pars, optimizer: { name, ...optimizerOptions[name]?.at(-1) } } };
});

describe('a run cut at random moments', () => {
  it.concurrent.each(battery)('equals the uncut one: $name, $mode', { timeout: 120_000 }, async ({ pars }) => {
    const { uncut, cut, history } = await cutAndUncut(pars, { seed: pars.optimizer.name.length, cuts: 4 });
    expect(cut).toEqual(uncut);
    expect(history.length).toBeGreaterThan(1);
  });

  it('has a report for every interruption, and no leftovers', { timeout: 60_000 }, async () => {
    const directory = join(await cutLocation({}), '1');
    const history = await runWithCuts(directory, { seed: 5, cuts: 3, signals: ['SIGINT', 'SIGTERM'], span: 900 });
    const names = readdirSync(directory).filter((name) => !name.startsWith('checkpoint-'));
    const reports = Array.from({ length: interruptions(history) }, (_, i) => `report-${i + 1}.json`);
    expect(names.sort()).toEqual(['cfg.mjs', 'log.jsonl', 'report-last.json', 'run.json', ...reports].sort());
    expect(readdirSync(directory).filter((name) => name.startsWith('checkpoint-')).length).toBeLessThanOrEqual(2);
    expect(reports.length).toBeGreaterThan(0);
    for (const name of reports) expect(JSON.parse(read(directory, name)).step).toBeGreaterThan(0);
  });
});

/** The results of an uncut run. */
async function uncut(pars: SomePars) {
  const directory = join(await cutLocation(pars), '1');
  await alcOk(['run', cutModule, directory]);
  return results(directory);
}

const everySlice = '--checkpoint-every=1ms';

describe('an interruption', () => {
  it.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('by %s saves and ends with 9', {
    timeout: 60_000,
  }, async (signal) => {
    const directory = join(await cutLocation({ steps: 1e9 }), '1');
    const { child, ended, says } = start(['run', cutModule, directory]);
    await says('loaded');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(9);
    expect(stdout).toMatch(
      new RegExp(`^\\S*/1: interrupted by ${signal}: step \\d+, .*; run it again to continue\\n$`),
    );
    expect(stderr).toContain(`${signal}: saving; once more to leave at once`);
    expect(existsSync(join(directory, 'checkpoint-1.safetensors'))).toBe(true);
    expect(JSON.parse(read(directory, 'report-1.json')).step).toBeGreaterThan(0);
    expect(JSON.parse(read(directory, 'run.json')).state).toBe('interrupted');
  });

  it.concurrent('in loadData loses nothing', { timeout: 60_000 }, async () => {
    const directory = join(await cutLocation({}), '1');
    for (const signal of ['SIGINT', 'SIGKILL', 'SIGTERM'] as const) {
      const gate = closedGate('loadData');
      const { child, ended, says } = start(['run', cutModule, directory, everySlice], { env: gate.env });
      await says('loading');
      child.kill(signal);
      if (signal === 'SIGKILL') expect((await ended).signal).toBe('SIGKILL');
      else {
        await says(`${signal}: saving`);
        gate.open('loadData');
        expect((await ended).code).toBe(9);
      }
    }
    await alcOk(['run', cutModule, directory]);
    expect(results(directory)).toEqual(await uncut({}));
  });

  it.concurrent('in makeReport loses nothing; a second one leaves at once', { timeout: 60_000 }, async () => {
    const directory = join(await cutLocation({}), '1');
    const run = ({ env }: Gate) => start(['run', cutModule, directory], { env });

    // The checkpoint was written before the report.
    const firstGate = closedGate('training', 'makeReport');
    const first = run(firstGate);
    await first.says('loaded');
    first.child.kill('SIGINT');
    await first.says('SIGINT: saving');
    firstGate.open('training');
    await first.says('reporting');
    first.child.kill('SIGINT');
    const left = await first.ended;
    expect(left.code).toBe(130);
    expect(left.stderr).not.toContain('reported');
    expect(existsSync(join(directory, 'checkpoint-1.safetensors'))).toBe(true);
    expect(existsSync(join(directory, 'report-1.json'))).toBe(false);

    const killed = run(closedGate('makeReport'));
    await killed.says('continuing at step');
    await killed.says('reporting');
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    expect(existsSync(join(directory, 'report-last.json'))).toBe(false);

    // What is finished is finished, even if it was asked to come back.
    const lastGate = closedGate('makeReport');
    const last = run(lastGate);
    await last.says('reporting');
    last.child.kill('SIGTERM');
    await last.says('SIGTERM: saving');
    lastGate.open('makeReport');
    expect((await last.ended).code).toBe(0);
    expect(results(directory)).toEqual(await uncut({}));
  });

  it.concurrent('by a time limit comes again and again', { timeout: 120_000 }, async () => {
    const directory = join(await cutLocation({}), '1');
    const codes: (number | null)[] = [];
    while (codes.at(-1) !== 0) {
      // At first less than training takes on a fast machine, at last more than starting takes on a busy one.
      const limit = `--time-limit=${200 * (codes.length + 1)}ms`;
      const { code, stdout } = await alc(['run', cutModule, directory, limit]);
      expect(code === 0 || code === 9, stdout).toBe(true);
      if (code === 9) expect(stdout).toContain('interrupted by the time limit: step ');
      codes.push(code);
    }
    expect(codes.length).toBeGreaterThan(1);
    expect(results(directory)).toEqual(await uncut({}));
  });

  it.concurrent('by kill before the first checkpoint starts over', { timeout: 60_000 }, async () => {
    const directory = join(await cutLocation({}), '1');
    const gate = closedGate('training');
    const { child, ended, says } = start(['run', cutModule, directory, '--checkpoint-every=1h'], { env: gate.env });
    await says('waiting at step');
    // It is written while training goes on, as soon as git has answered; one half of it would be left, too.
    await until('run.json', () => existsSync(join(directory, 'run.json')), { child });
    const log = join(directory, 'log.jsonl');
    expect(read(log).length).toBeGreaterThan(1000);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(readdirSync(directory).sort()).toEqual(['.lock-1', 'cfg.mjs', 'log.jsonl', 'run.json']);
    put(directory, { '.tmp-0123': 'half a checkpoint' });
    appendFileSync(log, '{"step":1,"best');
    await alcOk(['run', cutModule, directory]);
    expect(existsSync(join(directory, '.tmp-0123'))).toBe(false);
    expect(results(directory)).toEqual(await uncut({}));
  });
});

const damages = {
  'that is cut short': (path: string) => truncateSync(path, readFileSync(path).length - 1),
  'that is empty': (path: string) => truncateSync(path, 0),
  'with a flipped bit in its data': (path: string) => flip(path, -100),
  'with a flipped bit in its header': (path: string) => flip(path, 50),
  'with a flipped bit in its hash': (path: string) => flip(path, -1),
};

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 4;
  writeFileSync(path, bytes);
}

describe('a newest checkpoint', () => {
  it.concurrent.each(Object.entries(damages))(
    '%s gives way to the one before',
    { timeout: 60_000 },
    async (_, damage) => {
      const directory = join(await cutLocation({}), '1');
      // Two checkpoints, and more of them on the way to be removed.
      for (let i = 0; i < 2; i++) {
        const gate = closedGate('training');
        const { child, ended, says } = start(['run', cutModule, directory, everySlice], { env: gate.env });
        await says('loaded');
        child.kill('SIGINT');
        await says('SIGINT: saving');
        gate.open('training');
        expect((await ended).code).toBe(9);
      }
      const newest = newestCheckpoint(directory);
      damage(newest);
      const bytes = readFileSync(newest);
      const { code, stderr } = await alc(['run', cutModule, directory]);
      expect(code).toBe(0);
      expect(stderr).toContain('is damaged');
      expect(stderr).toContain('set aside as checkpoint-');
      expect(stderr).toContain('continuing at step ');
      expect(readFileSync(`${newest}.bad`)).toEqual(bytes);
      expect(results(directory)).toEqual(await uncut({}));
    },
  );
});
