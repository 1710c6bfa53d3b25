// Looks at what was trained: pictures and predictions of the newest checkpoint, or of the run that goes on.

import { type Trainable, Trainer, tensor } from 'alchemie';
import { prepare } from 'alchemie/browser';
import { experimentOf } from './experiments.ts';
import type { Description, Picture } from './messages.ts';
import { pictureOf } from './pictures.ts';
import { runningTrainer } from './run.ts';
import { locationOf, openByName } from './sets.ts';
import { fieldsOf } from './space.ts';

/** The trainer that was looked at last, and what of. */
let newest: { readonly key: string; readonly trainer: Trainable } | undefined;

async function trainerOf(set: string, index: number): Promise<Trainable | undefined> {
  const running = runningTrainer(set, index);
  if (running) return running;
  const trial = (await locationOf(set)).trial(index);
  const number = (await trial.checkpointNumbers()).at(-1);
  if (number === undefined) return undefined;
  const key = `${set} ${index} ${number}`;
  if (newest?.key === key) return newest.trainer;
  const checkpoint = await trial.readCheckpoint(number);
  if (!checkpoint) return undefined;
  const { choice } = await openByName(set);
  const { pars, seed } = await (await locationOf(set)).configuration(index);
  const { trainer } = await prepare(experimentOf(choice.experiment).experiment, pars, { seed, notice: () => {} });
  trainer.restore(checkpoint.snapshot, []);
  newest = { key, trainer };
  return trainer;
}

export async function look(set: string, index: number): Promise<Picture | undefined> {
  return pictureOf(await trainerOf(set, index));
}

/** Probabilities of the classes for one input. */
export async function predict(set: string, index: number, input: Float32Array): Promise<Float32Array> {
  const trainer = await trainerOf(set, index);
  if (!(trainer instanceof Trainer)) return new Float32Array();
  return trainer.predict(tensor(input, [1, input.length])).data;
}

export async function describe(id: string): Promise<Description> {
  const { experiment, space } = experimentOf(id);
  const fields = fieldsOf(space);
  try {
    const [first] = experiment.drawPars(1, { seed: 0, experimentSeed: 0, index: 0, history: [], notice: () => {} });
    const { train } = await experiment.loadData(first, { seed: 0, notice: () => {} });
    const [inputs, classes] = [dataOf(train[0]), dataOf(train[1])];
    if (inputs instanceof Float32Array) {
      return { fields, points: { places: inputs, classes: Uint8Array.from(classes) } };
    }
    return { fields, images: Uint8Array.from(inputs.subarray(0, 20 * 784)) };
  } catch (error) {
    return { fields, missing: error instanceof Error ? error.message : String(error) };
  }
}

function dataOf(part: unknown): Float32Array | Uint8Array {
  const data: unknown = Reflect.get(Object(part), 'data');
  return data instanceof Float32Array || data instanceof Uint8Array ? data : new Uint8Array();
}
