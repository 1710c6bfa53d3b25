// What the model of a configuration predicts, with its best parameters. This executes the experiment's module, as a run does.

import { UserError } from '../errors.ts';
import type { PredictionGraph } from '../trainer/programs.ts';
import { Trainer } from '../trainer.ts';
import { prepare } from '../trial.ts';
import type { BestParameters } from './best.ts';
import { notedModule } from './location.ts';
import { loadExperiment } from './module.ts';
import { tell } from './print.ts';
import { sha256Hex } from './provenance.ts';
import { explained, loadForRun } from './run-configuration.ts';

export interface PredictorOptions {
  /** Default: what `create` has noted. */
  readonly module?: string;
  /** Where the experiment finds its data. */
  readonly data?: string;
}

/**
 * Calls `use` with the graph, which is valid until it returns.
 *
 * @throws UserError where the module computes something else than when it was trained, or has another trainer than ours
 */
export async function withPrediction<T>(
  directory: string,
  { module = notedModule(directory), data }: PredictorOptions,
  { checkpoint, log }: BestParameters,
  use: (graph: PredictionGraph) => T,
): Promise<T> {
  const experiment = await loadExperiment(module);
  const { pars, context } = await loadForRun(directory, data === undefined ? {} : { data }, (line) =>
    tell(`${directory}: ${line}`),
  );
  const { trainer } = await prepare(experiment, pars, context).catch((error: unknown) => {
    throw explained(directory, error);
  });
  if (!(trainer instanceof Trainer)) {
    throw new UserError(`${module}: newTrainer must return a Trainer, for others do not say what they compute`);
  }
  if (sha256Hex(trainer.program) !== checkpoint.metadata.program) {
    throw new UserError(
      `${directory}: the module computes something else than when this was trained; undo the change of ${module} or of the ` +
        'configuration',
    );
  }
  trainer.restore(checkpoint.snapshot, log);
  return trainer.withBest(() => use(trainer.prediction));
}
