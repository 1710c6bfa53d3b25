// Models of the user's own: any graph.

import { show } from '../catalogue.ts';
import type { Node, Shape } from '../graph/node.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { checkNode, isNode, type Scope } from '../layers/scope.ts';
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
  if (typeof build !== 'function') {
    throw new Error(
      `model: expected a function that builds the graph, got ${show(build)}; write model(({ input }) => …)`,
    );
  }
  return {
    fields,
    build: (scope, batch) => {
      const [input, target, weight] = batch;
      const evaluation = build({
        ...scope,
        input,
        batch,
        parameter: (name, shape, given = 'glorot') => {
          checkDeclaration('parameter', name, shape);
          return scope.parameter(name, shape, initializer(given));
        },
        buffer: (name, shape, given = 'zeros') => {
          checkDeclaration('buffer', name, shape);
          return scope.buffer(name, shape, initializer(given));
        },
        loss: (loss, output) => {
          checkNode('loss', 'the output', output);
          return supervise(lossOf(loss), output, target, weight);
        },
      });
      checkEvaluation(evaluation);
      return evaluation;
    },
  };
}

function checkDeclaration(kind: string, name: unknown, shape: unknown): void {
  if (typeof name !== 'string' || name === '') throw new Error(`${kind}: the name must be a text, got ${show(name)}`);
  if (!(Array.isArray(shape) && shape.every((axis) => Number.isInteger(axis) && axis >= 0))) {
    throw new Error(`${kind}: the shape of '${name}' must be a list of whole numbers, got ${show(shape)}`);
  }
}

/** A function without a return, or one that returns its output, is an easy mistake. */
function checkEvaluation(value: unknown): void {
  if (typeof value === 'object' && value !== null && 'loss' in value && 'prediction' in value) return;
  const got = isNode(value) ? 'a node' : show(value);
  throw new Error(
    `model: the function must give an object with loss and prediction, got ${got}; return what loss(name, output) gives`,
  );
}

const usualFields: readonly Field[] = [
  { name: 'input' },
  { name: 'target', optional: true },
  { name: 'weight', optional: true },
];
