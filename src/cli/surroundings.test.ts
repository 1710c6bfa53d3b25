// What surrounds a run must not disturb it: streams that are closed or full, clocks that jump, the debugger's signal.

import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  alc,
  alcOk,
  main,
  type ProcessOptions,
  type Results,
  removeTemporaries,
  results,
  start,
} from '../testing/alc.ts';
import { cutLocation, cutModule } from '../testing/cuts.ts';
import { until } from '../testing/until.ts';

afterAll(removeTemporaries);

const pars = { steps: 20_000 };
const newTrial = async (): Promise<string> => join(await cutLocation(pars), '1');

let expected: Promise<Results> | undefined;
/** The results of a run that nothing disturbs. */
function undisturbed(): Promise<Results> {
  expected ??= newTrial().then(async (directory) => {
    await alcOk(['run', cutModule, directory]);
    return results(directory);
  });
  return expected;
}

const shell = (line: string): ProcessOptions => ({ command: ['sh', '-c', line, process.execPath, main] });
const jumping = `
const { now } = Date;
let jump = 0;
globalThis.Date = class extends Date {
  constructor(...args) { args.length > 0 ? super(...args) : super(Date.now()); }
  static now() { jump = jump > 0 ? -3e11 : 3e11; return now() + jump; }
};`;

const surroundings: Readonly<Record<string, ProcessOptions>> = {
  'closed input': shell('"$0" "$@" <&-'),
  'closed output': shell('"$0" "$@" >&-'),
  'closed error output': shell('"$0" "$@" 2>&-'),
  'all streams closed': shell('"$0" "$@" <&- >&- 2>&-'),
  'streams to a full disk': shell('"$0" "$@" >/dev/full 2>/dev/full'),
  'a reader that has gone': shell('"$0" "$@" 2>&1 | true; wait'),
  'a clock that jumps by ten years': {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(jumping)}` },
  },
  'the time of 1970': { env: { NODE_OPTIONS: '--import=data:text/javascript,Date.now=()=>0' } },
};

describe('a run is not disturbed by', () => {
  it.concurrent.each(Object.entries(surroundings))('%s', { timeout: 60_000 }, async (_, options) => {
    const directory = await newTrial();
    const { code, stderr } = await alc(['run', cutModule, directory, '--checkpoint-every=1ms'], options);
    expect(code, stderr).toBe(0);
    expect(results(directory)).toEqual(await undisturbed());
  });
});

it('what cannot be printed is an error, unless nobody wants to read it', { timeout: 60_000 }, async () => {
  const location = dirname(await newTrial());
  await alcOk(['run', location]);
  for (const args of [['status', location, '--all'], ['evaluate', location], ['--help']]) {
    const { code, stderr } = await alc(args, shell('"$0" "$@" >/dev/full'));
    expect([code, stderr]).toEqual([74, expect.stringContaining('stdout: cannot be written, got ENOSPC')]);
    expect(await alc(args, shell('"$0" "$@" >&-'))).toMatchObject({ code: 0, stderr: '' });
    expect(await alc(args, shell('{ "$0" "$@"; echo $? >&2; } | true'))).toMatchObject({ stderr: '0\n' });
  }
});

/** Whether somebody listens. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.destroy() && resolve(true)).on('error', () => resolve(false));
  });
}

describe('SIGUSR1 leaves no debugger open, and interrupts', () => {
  it.concurrent.each([0, 15, 30, 60, 120, 240])('%i ms after the start', { timeout: 60_000 }, async (milliseconds) => {
    const directory = join(await cutLocation({ steps: 1e9 }), '1');
    // A debugger is given a port by the system, and says which.
    const { child, ended, says } = start(['run', cutModule, directory], { env: { NODE_OPTIONS: '--inspect-port=0' } });
    try {
      let stderr = '';
      child.stderr?.on('data', (text: string) => {
        stderr += text;
      });
      setTimeout(() => child.kill('SIGUSR1'), milliseconds);
      await Promise.race([says('loaded').catch(() => {}), ended]);
      // Ten seconds after the start it is closed for the last time.
      await until(
        'the debugger to be closed',
        async () => {
          const ports = [...stderr.matchAll(/^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//gm)];
          const open = await Promise.all(ports.map(([, port]) => isOpen(Number(port))));
          return !open.includes(true);
        },
        { seconds: 30 },
      );
      // Without being told once more; or the signal came before Node.js itself listened.
      const { code, signal } = await ended;
      expect([9, 'SIGUSR1']).toContain(code ?? signal);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
