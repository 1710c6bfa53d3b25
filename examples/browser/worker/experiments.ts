// The experiments of the page as their modules say.

import type { Experiment } from 'alchemie';
import circles, { space as circlesSpace } from '../experiments/circles.ts';
import circlesFiles from '../experiments/circles.ts?files';
import glyphs, { space as glyphsSpace } from '../experiments/glyphs.ts';
import glyphsFiles from '../experiments/glyphs.ts?files';
import mnist, { space as mnistSpace } from '../experiments/mnist.ts';
import mnistFiles from '../experiments/mnist.ts?files';
import moons, { space as moonsSpace } from '../experiments/moons.ts';
import moonsFiles from '../experiments/moons.ts?files';
import spiral, { space as spiralSpace } from '../experiments/spiral.ts';
import spiralFiles from '../experiments/spiral.ts?files';
import xor, { space as xorSpace } from '../experiments/xor.ts';
import xorFiles from '../experiments/xor.ts?files';

export interface KnownExperiment {
  /** What `alc run` is given. */
  readonly module: string;
  readonly experiment: Experiment;
  readonly space: object;
  /** Texts of the module and of what it imports. */
  readonly files: Readonly<Record<string, string>>;
}

/** Types of pars and data are each module's own business. */
function known(module: string, experiment: object, space: object, files: KnownExperiment['files']): KnownExperiment {
  return { module, experiment: experiment as Experiment, space, files };
}

const experiments: ReadonlyMap<string, KnownExperiment> = new Map([
  ['xor', known('xor.ts', xor, xorSpace, xorFiles)],
  ['circles', known('circles.ts', circles, circlesSpace, circlesFiles)],
  ['moons', known('moons.ts', moons, moonsSpace, moonsFiles)],
  ['spiral', known('spiral.ts', spiral, spiralSpace, spiralFiles)],
  ['glyphs', known('glyphs.ts', glyphs, glyphsSpace, glyphsFiles)],
  ['mnist', known('mnist.ts', mnist, mnistSpace, mnistFiles)],
]);

export function experimentOf(id: string): KnownExperiment {
  const found = experiments.get(id);
  if (!found) throw new Error(`there is no experiment ${id} here; there are ${[...experiments.keys()].join(', ')}`);
  return found;
}

/** The experiment of a module's path, as notes of locations have it. */
export function idOfModule(path: string): string | undefined {
  const name = path.replace(/^.*\//, '');
  for (const [id, { module }] of experiments) if (module === name) return id;
  return undefined;
}
