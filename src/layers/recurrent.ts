// Recurrent layers: a cell is applied to one time step after the other and hands its state on.

import { checkSizes, type Settled, settle, show } from '../catalogue.ts';
import { constant, type Node, size } from '../graph/node.ts';
import { add, concatenate, expand, join, matmul, multiply, reshape, slice, subtract } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { type Beginnings, beginnings, dense } from './dense.ts';
import { checkCall, type Scope } from './scope.ts';
import { batchFirst, maskTimeFirst, sequenceSizes, timeFirst } from './sequence.ts';

export interface RecurrentOptions extends Beginnings {
  readonly units: number;
  /** Of the weights from one step to the next. Default 'orthogonal'. */
  readonly recurrentWeight?: InitializerConfiguration;
  /**
   * mask[n, T], 1 where a sequence has a step and 0 where it is padded: there the state stays as it was. Default: all steps
   * are there.
   */
  readonly mask?: Node;
  /** Whether time is run through backwards. Default false. */
  readonly backwards?: boolean;
}

export const recurrentDefaults = {
  ...beginnings,
  recurrentWeight: 'orthogonal',
  mask: undefined,
  backwards: false,
} as const;

/** What a recurrent layer gives. */
export interface Recurrent {
  /** The state after every step, [n, T, units]. */
  readonly outputs: Node;
  /** The state in the end, [n, units]. */
  readonly last: Node;
}

type Nodes<Name extends string> = Readonly<Record<Name, Node>>;

export interface Cell<Gate extends string, Part extends string> {
  /** Each gate looks at the input and at the state, with weights of its own. */
  readonly gates: readonly Gate[];
  /** The parts of the state, [n, units] each, among them `h`, which is the output. */
  readonly parts: readonly Part[];
  /**
   * The state after a step.
   *
   * @param x for each gate, what it sees of the input of this step: x · weight + bias, [n, units]
   * @param from for each gate, what it sees of the state before: h · recurrent, [n, units]
   */
  readonly step: (
    x: Nodes<Gate>,
    from: Readonly<Record<Gate, (h: Node) => Node>>,
    state: Nodes<Part | 'h'>,
  ) => Nodes<Part | 'h'>;
}

/** Checks what a recurrent layer is called with, and completes its options. */
export function settleRecurrent<Given extends RecurrentOptions, Defaults extends object>(
  layer: string,
  [scope, name, x]: readonly [Scope, string, Node],
  options: Given,
  defaults: Defaults,
): Settled<Given, Defaults> {
  checkCall(layer, scope, name, x);
  const settled = settle(layer, options, defaults, ['units']);
  checkSizes(layer, { units: settled.units });
  return settled;
}

/** Runs a cell over x[n, T, d], from a state of zeros on. The parameters are `<name>.<gate>.weight`, `….bias` and `….recurrent`. */
export function recurrent<Gate extends string, Part extends string>(
  scope: Scope,
  name: string,
  x: Node,
  { units, weight, recurrentWeight, bias, mask, backwards }: Settled<RecurrentOptions, typeof recurrentDefaults>,
  { gates, parts, step }: Cell<Gate, Part>,
): Recurrent {
  const [n, steps, width] = sequenceSizes(name, x);
  const sequence = reshape(timeFirst(x), [steps * n, width]);
  const inputs = record(gates, (gate) => dense(scope, `${name}.${gate}`, sequence, { outputs: units, weight, bias }));
  const from = record(gates, (gate) => {
    const u = scope.parameter(`${name}.${gate}.recurrent`, [units, units], initializer(recurrentWeight));
    return (h: Node) => matmul(h, u);
  });

  const present = mask && maskTimeFirst(mask, n, steps);
  const absent = present && subtract(1, present);
  const stepOf = (all: Node, t: number): Node => {
    const columns = size(all.shape) / (steps * n);
    return slice(all, t * n * columns, [n, columns]);
  };
  const outputs: Node[] = [];
  let state: Nodes<Part | 'h'> = record(['h', ...parts], () => expand(constant(0), [n, units]));
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i;
    const before = state;
    state = step(
      record(gates, (gate) => stepOf(inputs[gate], t)),
      from,
      before,
    );
    if (present && absent) {
      const [keep, stay] = [stepOf(present, t), stepOf(absent, t)];
      const now = state;
      state = record(['h', ...parts], (part) => add(multiply(now[part], keep), multiply(before[part], stay)));
    }
    outputs[t] = state.h;
  }
  return { outputs: batchFirst(reshape(concatenate(outputs), [steps, n, units])), last: state.h };
}

function record<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

/** A recurrent layer as a function, for `bidirectional`. */
export type RecurrentLayer = (scope: Scope, name: string, x: Node, options: RecurrentOptions) => Recurrent;

/**
 * One layer forwards and one backwards, side by side: [n, T, 2 units]; their parameters are `<name>.forwards.…` and
 * `<name>.backwards.…`. Schuster & Paliwal, "Bidirectional recurrent neural networks", IEEE Trans. Signal Process. 45, 1997.
 */
export function bidirectional(
  layer: RecurrentLayer,
  scope: Scope,
  name: string,
  x: Node,
  options: Omit<RecurrentOptions, 'backwards'>,
): Recurrent {
  if (typeof layer !== 'function') {
    throw new Error(`bidirectional: the layer must be a function such as layers.lstm, got ${show(layer)}`);
  }
  checkCall('bidirectional', scope, name, x);
  const forwards = layer(scope, `${name}.forwards`, x, options);
  const backwards = layer(scope, `${name}.backwards`, x, { ...options, backwards: true });
  return { outputs: join([forwards.outputs, backwards.outputs]), last: join([forwards.last, backwards.last]) };
}
