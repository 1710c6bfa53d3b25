// A configuration that the page and the command line both make.

import { join } from 'node:path';
import { alcOk, root, temporary } from './alc.ts';

export const spiral = join(root, 'examples/browser/experiments/spiral.ts');

/** Its link on the page. */
export const spiralLink = 'experiment=spiral&seed=5&amount=1&space.layers=[1, 1]&space.units=[4]';

/** @param settings what else is fixed, `path=value` */
export async function createSpiral(location: string, ...settings: readonly string[]): Promise<void> {
  const all = ['layers=1', 'units=4', ...settings].flatMap((setting) => ['--set', setting]);
  await alcOk(['create', spiral, location, '--seed=5', ...all]);
}

/** Where `alc run` has trained it, and the SHA-256 that it printed. */
export async function trainedSpiral(...settings: readonly string[]): Promise<{ location: string; sha256: string }> {
  const location = join(temporary(), 'spiral');
  await createSpiral(location, ...settings);
  return { location, sha256: hashIn(await alcOk(['run', spiral, `${location}/1`])) };
}

/** The SHA-256 of the state in what `alc run` has printed. */
export function hashIn(printed: string): string {
  return /SHA-256 of the state: ([\da-f]{64})/.exec(printed)?.[1] ?? printed;
}
