// Models of the user's own: any graph.

import type { Node, Shape } from '../graph/node.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import type { Scope } from '../layers/scope.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Batch, Evaluation, Field, Model } from './model.ts';
import { supervise } from './supervised.ts';

/** What the function given to `model` builds its graph from. */
export interface Site extends Scope {
  /** The first tensor of the data, [n, …]. */
  readonly input: Node;
  /** All tensors of the data: input, target and weight, where there are any. */
  readonly batch: Batch;
  /** As in `Scope`; initializers may be given by their names. Default 'glorot'. */
  parameter(name: string, shape: Shape, initializer?: InitializerConfiguration): Node;
  /** As in `Scope`. Default 'zeros'. */
  buffer(name: string, shape: Shape, initializer?: InitializerConfiguration): Node;
  /** The end of a supervised model: compares an output [n, k] with the target of the data, weighted if these have weights. */
  loss(loss: LossConfiguration, output: Node): Evaluation;
}

/**
 * A model of the user's own: any graph, from `input` to what `loss(name, output)` gives, or to another `Evaluation`.
 *
 * @param fields the tensors of a split; default: input, target and weight, of which the last two may be absent
 */
export function model(build: (site: Site) => Evaluation, fields: readonly Field[] = usualFields): Model {
  return {
    fields,
    build: (scope, batch) => {
      const [input, target, weight] = batch;
      return build({
        ...scope,
        input,
        batch,
        parameter: (name, shape, given = 'glorot') => scope.parameter(name, shape, initializer(given)),
        buffer: (name, shape, given = 'zeros') => scope.buffer(name, shape, initializer(given)),
        loss: (loss, output) => supervise(lossOf(loss), output, target, weight),
      });
    },
  };
}

const usualFields: readonly Field[] = [
  { name: 'input' },
  { name: 'target', optional: true },
  { name: 'weight', optional: true },
];
