// What a layer is given to declare what it remembers and to draw its random numbers.

import { show } from '../catalogue.ts';
import { type Node, type Shape, size } from '../graph/node.ts';
import { type Stream, slice } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import type { Initializer } from '../initializers/initializer.ts';

export interface Scope {
  /** Whether a training step is built, and not an evaluation: dropout drops in the one and not in the other. */
  readonly training: boolean;
  /** What is learnt, by name; declared at the first call. */
  parameter(name: string, shape: Shape, initializer: Initializer): Node;
  /** What is kept but not learnt, such as running statistics, by name. Snapshots and the best parameters have it. */
  buffer(name: string, shape: Shape, initializer: Initializer): Node;
  /** Gives a buffer its next value at the end of a training step; an evaluation changes nothing. */
  update(buffer: Node, value: Node): void;
  /** Random numbers: new ones at every step of training, always the same ones in evaluations. */
  random(name: string): Stream;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'shape' in value;
}

/** @throws where something that is to be computed with is no node, such as what a recurrent layer gives as a whole */
export function checkNode(what: string, which: string, value: unknown): void {
  if (!isNode(value)) throw new Error(`${what}: ${which} must be a node of the graph, got ${show(value)}`);
}

/** What all layers that have a name are called with: the first three arguments. */
export function checkCall(layer: string, scope: unknown, name: unknown, x: unknown): void {
  if (!(typeof scope === 'object' && scope !== null && 'parameter' in scope)) {
    throw new Error(`${layer}: the first argument must be what the function of model is given, got ${show(scope)}`);
  }
  if (typeof name !== 'string' || name === '') {
    throw new Error(`${layer}: the name must be a text, got ${show(name)}; what the layer learns is called by it`);
  }
  checkNode(layer, 'the input', x);
}

export interface Declaration {
  readonly name: string;
  readonly shape: Shape;
  /** Where it begins in the flat vector of all of its kind. */
  readonly offset: number;
  readonly initializer: Initializer;
}

export interface Declarations {
  readonly parameters: readonly Declaration[];
  readonly buffers: readonly Declaration[];
}

/**
 * The parameters and buffers that `build` asks for, in the order in which it does.
 *
 * @param placeholder stands for one of that shape meanwhile
 */
export function declare(
  build: (scope: Scope) => void,
  placeholder: (shape: Shape) => Node,
  random: (name: string) => Stream,
): Declarations {
  const names = new Set<string>();
  const collector = () => {
    const declarations: Declaration[] = [];
    let offset = 0;
    const add = (name: string, shape: Shape, initializer: Initializer): Node => {
      if (names.has(name)) throw new Error(`parameter: the name '${name}' is taken; every parameter needs its own`);
      names.add(name);
      declarations.push({ name, shape, offset, initializer });
      offset += size(shape);
      return placeholder(shape);
    };
    return { declarations, add };
  };
  const [parameters, buffers] = [collector(), collector()];
  build({ training: true, parameter: parameters.add, buffer: buffers.add, update: () => {}, random });
  return { parameters: parameters.declarations, buffers: buffers.declarations };
}

/** A scope in which layers that are built again with the same names have the same parameters. */
export function shared(scope: Scope): Scope {
  const known = new Map<string, Node>();
  return {
    ...scope,
    parameter: (name, shape, initializer) => {
      const node = known.get(name) ?? scope.parameter(name, shape, initializer);
      known.set(name, node);
      return node;
    },
  };
}

/** Elements of all of them together. */
export function totalSize(declarations: readonly Declaration[]): number {
  return declarations.reduce((total, { shape }) => total + size(shape), 0);
}

/**
 * A scope whose parameters and buffers are parts of flat vectors.
 *
 * @param updates is given what layers update; a scope without it is one for evaluations
 */
export function scopeOver(
  memory: { readonly parameters: Node; readonly buffers: Node },
  declarations: Declarations,
  random: (name: string) => Stream,
  updates?: Update[],
): Scope {
  const parts = (kind: keyof Declarations) => {
    const nodes = new Map(
      declarations[kind].map(({ name, shape, offset }) => [name, slice(memory[kind], offset, shape, name)]),
    );
    return (name: string): Node => {
      const node = nodes.get(name);
      if (!node)
        throw new Error(`parameter: '${name}' was not declared; a model must ask for the same ones every time`);
      return node;
    };
  };
  return {
    training: updates !== undefined,
    parameter: parts('parameters'),
    buffer: parts('buffers'),
    update: (buffer, value) => updates?.push([buffer, value]),
    random,
  };
}
