// What models of sequences have in common: their data, and one output per step or one for the whole sequence.
//
// The data are [input, target, mask?, weight?]: input[n, T, inputs], or whole numbers [n, T] where there is a vocabulary; the
// target is [n, T, outputs], or classes [n, T], where every step has an output, else [n, outputs], or classes [n]; mask[n, T]
// has 1 for a step and 0 for padding. The mean over steps is that over the steps that are there.

import { checkOneOf, checkSizes } from '../catalogue.ts';
import { type Tensor, tensor } from '../data/tensor.ts';
import type { Node } from '../graph/node.ts';
import { multiply, reshape } from '../graph/ops/index.ts';
import { dense, embedding, type Pooling, poolOverTime } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import { poolings } from '../layers/sequence.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Loss } from '../losses/loss.ts';
import type { Field, Model } from './model.ts';
import { supervise, targetField, weightComplaint, weightOfRows } from './supervised.ts';

export interface SequenceOptions {
  /** Columns of each step of the input. Either this or `vocabulary`. */
  readonly inputs?: number;
  /** Steps are whole numbers below this, and get vectors that are learnt. */
  readonly vocabulary?: number;
  /** Columns of the output, or classes. */
  readonly outputs: number;
  readonly loss: LossConfiguration;
  /** One output for the whole sequence, of its steps' mean, sum, largest or last. Default: an output for every step. */
  readonly pooling?: Pooling;
}

/** What a network makes of a sequence: [n, T, units], and if it knows better than the last step, what `last` is. */
export interface Encoded {
  readonly outputs: Node;
  readonly last?: Node;
}

/** @param encode the network: x[n, T, …] → [n, T, units] */
export function sequential(
  model: string,
  { inputs, vocabulary, outputs, loss: lossGiven, pooling }: SequenceOptions,
  embeddingUnits: number,
  encode: (scope: Scope, x: Node, mask: Node | undefined) => Encoded,
): Model {
  if ((inputs === undefined) === (vocabulary === undefined)) {
    throw new Error(`${model}: give either inputs or vocabulary, got ${inputs ?? 'none'} and ${vocabulary ?? 'none'}`);
  }
  checkSizes(model, { outputs, sizeOfSteps: inputs ?? vocabulary ?? 0 });
  if (pooling !== undefined) checkOneOf(model, 'pooling', pooling, poolings);
  const loss = lossOf(lossGiven);
  return {
    fields: [
      vocabulary === undefined ? stepField(inputs ?? 0) : tokenField(vocabulary),
      pooling === undefined ? stepTargetField(loss, outputs) : targetField(loss, outputs),
      { name: 'mask', optional: true, complaint: maskComplaint },
      { name: 'weight', optional: true, complaint: weightComplaint },
    ],
    build: (scope, [input, target, mask, weight]) => {
      const x =
        vocabulary === undefined ? input : embedding(scope, 'embedding', input, { vocabulary, units: embeddingUnits });
      const encoded = encode(scope, x, mask);
      const state =
        pooling === 'last' && encoded.last
          ? encoded.last
          : pooling
            ? poolOverTime(encoded.outputs, pooling, mask)
            : encoded.outputs;
      const output = dense(scope, 'output', state, { outputs });
      return supervise(loss, output, target, pooling ? weight : stepWeight(output, mask, weight));
    },
  };
}

/** What each step counts, if not all the same. */
function stepWeight(output: Node, mask: Node | undefined, weight: Node | undefined): Node | undefined {
  if (!mask) return weight;
  const each = reshape(mask, [...output.shape.slice(0, -1), 1]);
  return weight ? multiply(each, weightOfRows(weight, output)) : each;
}

function stepField(inputs: number): Field {
  const complaint = ({ shape }: Tensor): string | undefined =>
    shape.length === 3 && shape[2] === inputs
      ? undefined
      : `the input must be [n, steps, ${inputs}], as the model says, got [${shape.join(', ')}]`;
  return { name: 'input', complaint };
}

function tokenField(vocabulary: number): Field {
  const complaint = ({ data, shape }: Tensor): string | undefined => {
    if (shape.length !== 2) return `the input must be [n, steps], got [${shape.join(', ')}]`;
    const wrong = data.find((value) => !(Number.isInteger(value) && value >= 0 && value < vocabulary));
    return wrong === undefined
      ? undefined
      : `the input must be whole numbers from 0 to ${vocabulary - 1}, as the vocabulary says, got ${wrong}`;
  };
  return { name: 'input', complaint };
}

function stepTargetField(loss: Loss, outputs: number): Field {
  const complaint = ({ data, shape }: Tensor): string | undefined => {
    const areClasses = loss.acceptsClasses && shape.length === 2;
    if (!areClasses && !(shape.length === 3 && shape[2] === outputs)) {
      return `the target must be [n, steps, ${outputs}], as the model says, got [${shape.join(', ')}]`;
    }
    const columns = areClasses ? 1 : outputs;
    return loss.complaint?.(tensor(data, [data.length / columns, columns]), outputs);
  };
  return { name: 'target', complaint };
}

function maskComplaint({ data, shape }: Tensor): string | undefined {
  if (shape.length !== 2) return `the mask must be [n, steps], got [${shape.join(', ')}]`;
  const wrong = data.find((value) => value !== 0 && value !== 1);
  return wrong === undefined ? undefined : `the mask must be 0 or 1, got ${wrong}`;
}
