// The best parameters of a configuration, out of its newest checkpoint. Nothing is executed.

import { join, resolve } from 'node:path';
import type { Tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { toLiteral } from '../literal.ts';
import { readBytes } from '../storage/disk.node.ts';
import { parseLog } from '../storage/json.ts';
import type { Checkpoint } from '../storage/storage.ts';
import { TrialDirectory } from '../storage/trial.node.ts';
import { LOG, START_OVER } from '../storage/trialFiles.ts';
import { storedTrial } from '../storage/trials.node.ts';
import type { Info } from '../trainable.ts';

/** What the names of the best parameters begin with in a snapshot. */
const BEST = 'best.';

export interface BestParameters {
  readonly checkpoint: Checkpoint;
  /** The part of the log that belongs to the checkpoint. */
  readonly log: readonly Info[];
  /** By their names in the model; buffers, such as running statistics, are among them. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Where they come from: `step` and `bestLoss` are those of the smallest validation loss. */
  readonly facts: { readonly step: string; readonly [fact: string]: string };
}

/** @throws UserError where there are none, or none yet */
export function bestParameters(directory: string): BestParameters {
  const checkpoint = new TrialDirectory(directory).newestWhole();
  const { index, state, seed, pars } = storedTrial(resolve(directory));
  if (!checkpoint && state === 'finished') {
    throw new UserError(`${directory}: the run has finished, but none of its checkpoints is whole; ${START_OVER}`);
  }
  const log = checkpoint ? logOf(directory, checkpoint) : [];
  const bestLoss = log.at(-1)?.bestLoss;
  if (!checkpoint || bestLoss === undefined || !Number.isFinite(bestLoss)) {
    throw new UserError(`${directory}: there are no best parameters yet; train it with alc run ${directory}`);
  }
  const { snapshot, metadata } = checkpoint;
  const parameters = new Map(
    [...snapshot].flatMap(([name, tensor]) => (name.startsWith(BEST) ? [[name.slice(BEST.length), tensor]] : [])),
  );
  if (parameters.size === 0) {
    throw new UserError(`${directory}: its checkpoint has no tensors called ${BEST}…, as those of a Trainer have`);
  }
  const facts = {
    alchemie: metadata.alchemie,
    configuration: `${index}`,
    step: `${log.find(({ valLoss }) => valLoss === bestLoss)?.step ?? metadata.step}`,
    bestLoss: `${bestLoss}`,
    ...(seed !== undefined && { seed: `${seed}` }),
    ...(pars !== undefined && { pars: toLiteral(pars) }),
  };
  return { checkpoint, log, parameters, facts };
}

function logOf(directory: string, { metadata }: Checkpoint): Info[] {
  const path = join(directory, LOG);
  const bytes = readBytes(path)?.subarray(0, metadata.logBytes) ?? new Uint8Array();
  return parseLog(new TextDecoder().decode(bytes), path);
}
