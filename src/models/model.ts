// What a model is to a trainer.

import type { Tensor } from '../data/tensor.ts';
import type { Node } from '../graph/node.ts';
import type { Scope } from '../layers/scope.ts';

/** A tensor of a split, one sample per row. */
export interface Field {
  /** As in messages. */
  readonly name: string;
  /** Whether a split may end before it. */
  readonly optional?: boolean;
  /** What is wrong with a tensor, if anything: `the input must have 2 columns, got 3`. */
  readonly complaint?: (tensor: Tensor) => string | undefined;
}

/** What a model makes of a batch of n samples. */
export interface Evaluation {
  /**
   * The loss of each sample, [n, 1], or of each time step of each, [n, T, 1]. Training minimises its mean, scoring
   * reports it: Σ loss / n, or Σ loss / Σ weight where there is a weight, by which the loss is multiplied already.
   */
  readonly loss: Node;
  /** Of the shape of the loss: how much each of its elements counts. */
  readonly weight?: Node;
  /** A scalar that training minimises besides, and that is no part of any score: a regularizer. */
  readonly penalty?: Node;
  /** What `predict` gives, [n, …]. */
  readonly prediction: Node;
  /** Scores besides the loss, by name, each like the loss. They are computed when they are asked for. */
  readonly scores?: Readonly<Record<string, Node>>;
}

/** The tensors of a split as nodes, [n, …]: integers as float32, and what is [n] as [n, 1]. */
export type Batch = readonly [input: Node, ...others: Node[]];

export interface Model {
  /** The tensors of a split, in their order. */
  readonly fields: readonly Field[];
  /** Called once per program; must declare the same parameters every time, whatever n is. */
  readonly build: (scope: Scope, batch: Batch) => Evaluation;
}
