// What a layer is given to declare its parameters and to draw its random numbers.

import { type Node, type Shape, size } from '../graph/node.ts';
import { type Stream, slice } from '../graph/ops/index.ts';
import type { Initializer } from '../initializers/initializer.ts';

export interface Scope {
  /** The parameter of that name; declared at the first call. */
  parameter(name: string, shape: Shape, initializer: Initializer): Node;
  /** Random numbers that are new at every step; absent where the model is evaluated and not trained. */
  readonly random?: (name: string) => Stream;
}

export interface Declaration {
  readonly name: string;
  readonly shape: Shape;
  /** Where it begins in the flat vector of all parameters. */
  readonly offset: number;
  readonly initializer: Initializer;
}

/**
 * The parameters that `build` asks for, in the order in which it does.
 *
 * @param placeholder stands for a parameter of that shape meanwhile
 */
export function declare(build: (scope: Scope) => void, placeholder: (shape: Shape) => Node): Declaration[] {
  const declarations: Declaration[] = [];
  let offset = 0;
  build({
    parameter: (name, shape, initializer) => {
      if (declarations.some((other) => other.name === name)) {
        throw new Error(`parameter: the name '${name}' is taken; every parameter needs its own`);
      }
      declarations.push({ name, shape, offset, initializer });
      offset += size(shape);
      return placeholder(shape);
    },
  });
  return declarations;
}

/** A scope whose parameters are parts of the flat vector `parameters`. */
export function scopeOver(
  parameters: Node,
  declarations: readonly Declaration[],
  random?: (name: string) => Stream,
): Scope {
  const nodes = new Map(declarations.map(({ name, shape, offset }) => [name, slice(parameters, offset, shape, name)]));
  return {
    parameter: (name) => {
      const node = nodes.get(name);
      if (!node)
        throw new Error(`parameter: '${name}' was not declared; a model must ask for the same ones every time`);
      return node;
    },
    ...(random && { random }),
  };
}
