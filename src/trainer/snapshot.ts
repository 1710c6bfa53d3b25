// The state zone as tensors with names, there and back: parameters by their own names, what the optimizer remembers
// and the best parameters with a prefix.

import { type Node, type Shape, size } from '../graph/node.ts';
import type { Machine } from '../machine/machine.ts';
import type { Snapshot } from '../trainable.ts';
import type { ProgramName, Section } from './programs.ts';

interface StateTensor {
  readonly name: string;
  readonly type: Node['type'];
  readonly shape: Shape;
  /** Bytes from the beginning of the zone. */
  readonly offset: number;
}

/**
 * Every tensor of the state zone, in the order of its memory.
 *
 * @throws when two have one name: of these a snapshot would keep the second alone
 */
export function stateTensors(machine: Machine<ProgramName>, sections: readonly Section[]): StateTensor[] {
  const tensors = sections.flatMap(({ node, prefix = '', parts }): StateTensor[] => {
    const { type, name = '' } = node;
    const start = machine.view(node).byteOffset - machine.state.byteOffset;
    if (!parts) return [{ name, type, shape: node.shape, offset: start }];
    return parts.map(({ name, shape, offset }) => ({ name: prefix + name, type, shape, offset: start + 4 * offset }));
  });
  const names = tensors.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Error(`Trainer: two tensors of the state are called '${twice}'; give the parameter another name`);
  }
  return tensors;
}

/** Whose snapshots those are that were taken, and their memory. */
const taken = new WeakMap<Snapshot, { readonly of: unknown; readonly bytes: Uint8Array<ArrayBuffer> }>();

/**
 * A copy of the state.
 *
 * @param previous a snapshot of the same machine that is not needed any more, to be overwritten: memory that is new to
 * the process costs ten times as long as the copy (bench/snapshot.ts)
 */
export function takeSnapshot(
  machine: Machine<ProgramName>,
  tensors: readonly StateTensor[],
  previous?: Snapshot,
): Snapshot {
  const old = previous && taken.get(previous);
  if (previous && old?.of === machine) {
    old.bytes.set(machine.state);
    return previous;
  }
  const bytes = machine.state.slice();
  const snapshot = new Map(
    tensors.map(({ name, type, shape, offset }) => [
      name,
      { data: new (viewOf(type))(bytes.buffer, offset, size(shape)), shape },
    ]),
  );
  taken.set(snapshot, { of: machine, bytes });
  return snapshot;
}

/** @throws when names, shapes or types are others; then nothing has changed */
export function putSnapshot(machine: Machine<ProgramName>, tensors: readonly StateTensor[], snapshot: Snapshot): void {
  const pieces = tensors.map(({ name, type, shape, offset }) => {
    const given = snapshot.get(name);
    if (given?.shape.join() !== shape.join()) {
      const got = given ? `[${given.shape.join(', ')}]` : 'nothing';
      throw new Error(`restore: the snapshot does not fit: ${name} must be [${shape.join(', ')}], got ${got}`);
    }
    if (!(given.data instanceof viewOf(type))) {
      throw new Error(`restore: the snapshot does not fit: ${name} must be ${type}`);
    }
    const { buffer, byteOffset, byteLength } = given.data;
    return { bytes: new Uint8Array(buffer, byteOffset, byteLength), offset };
  });
  const known = new Set(tensors.map(({ name }) => name));
  const unknown = [...snapshot.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`restore: the snapshot does not fit: '${unknown}' is not known here`);
  for (const { bytes, offset } of pieces) machine.state.set(bytes, offset);
}

function viewOf(type: Node['type']) {
  return type === 'i32' ? Int32Array : Float32Array;
}
