// A disk that is really full: a small one in memory, filled up to the last few KiB while a run goes on.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alc, alcOk, main, put, read, removeTemporaries, results, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

const module = join(root, 'src/testing/counting-experiment.ts');

/** As root in a name space of its own, where a disk can be mounted that goes away with it. */
const mounted = (script: string) =>
  ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=600k none "$0" && ${script}`] as const;
const [unshare, ...probe] = mounted('true');
const canMount = spawnSync(unshare, [...probe, temporary()]).status === 0;

it.runIf(process.env.CI)('can be mounted', () => {
  expect(canMount).toBe(true);
});

describe.runIf(canMount)('a disk that gets full while something is printed', () => {
  it('is told of, though Node.js takes a part for the whole', { timeout: 60_000 }, async () => {
    const location = temporary();
    await alcOk(['create', module, location, '--amount=300']);
    const [command, ...args] = mounted('head -c 590k /dev/zero > "$0/filler"; "$1" "$2" status "$3" --json > "$0/out"');
    const { status, stderr } = spawnSync(command, [...args, temporary(), process.execPath, main, location]);
    expect([status, `${stderr}`]).toEqual([74, expect.stringContaining('stdout: cannot be written, got ENOSPC')]);
  });
});

/** KiB that are free. */
const rooms = [0, 4, 8, 84, 100, 180];

// A trial with a checkpoint is copied to the disk, which is filled; a run, and another one when there is room again.
const script = `
alc() { "$1" "$2" run "$3" "$0/1" --checkpoint-every=0ms >> "$4/printed" 2>&1; echo $?; }
for room in ${rooms.join(' ')}; do
  rm -rf "$0/1"; cp -r "$4/origin" "$0/1"
  head -c "$room"k /dev/zero > "$0/room"
  cat /dev/zero > "$0/filler" 2>/dev/null
  rm "$0/room"
  alc "$@" > "$4/code-$room"
  ls "$0/1" > "$4/names-$room"
  rm "$0/filler"
  alc "$@" >> "$4/code-$room"
  cp -r "$0/1" "$4/$room"
done`;

describe.runIf(canMount)('a full disk', () => {
  it('costs nothing that was saved, and stops nothing for long', { timeout: 300_000 }, async () => {
    const place = temporary();
    put(place, { 'pars.json': JSON.stringify({ steps: 6, width: 20_000 }) });
    await alcOk(['create', module, place, '--from', join(place, 'pars.json')]);
    const origin = join(place, '1');
    // Interrupted after its first step.
    expect((await alc(['run', module, origin, '--time-limit=0ms'])).code).toBe(9);
    const out = temporary();
    spawnSync('cp', ['-r', origin, join(out, 'origin')]);
    await alcOk(['run', module, origin]);
    const expected = results(origin);

    const disk = join(out, 'disk');
    mkdirSync(disk);
    const [command, ...args] = mounted(script);
    const { status, stderr } = spawnSync(command, [...args, disk, process.execPath, main, module, out], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const printed = readFileSync(join(out, 'printed'), 'utf8');
    let full = 0;
    for (const room of rooms) {
      const [code, again] = read(out, `code-${room}`).trim().split('\n');
      expect(['0', '74'], printed).toContain(code);
      if (code === '74') full++;
      expect(again).toBe('0');
      expect(read(out, `names-${room}`)).toMatch(/^checkpoint-\d+\.safetensors$/m);
      expect(existsSync(join(out, `${room}`, 'checkpoint-1.safetensors.bad'))).toBe(false);
      expect(results(join(out, `${room}`))).toEqual(expected);
    }
    expect(printed).toMatch(/ENOSPC, no space left on device; free some space, then run it again$/m);
    expect(printed).toContain('warning: no checkpoint could be written; training goes on, next attempt in 10 s: ');
    console.log(`full disk: ${rooms.length} runs, of which ${full} ended with 74; all continued to the same results`);
    expect(full).toBeGreaterThan(0);
  });
});
