// An ONNX graph that is being written. Source: onnx/onnx.proto of version 1.14, IR version 9, operators of set 19.

import { bytes, integer, integers, message, text } from '../protobuf.ts';
import { areSame, type Extents, sizeOf } from './shapes.ts';

/** The name of a tensor. */
export type Value = string;

/** Whole numbers and lists of them. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

const IR_VERSION = 9;
const OPERATORS = 19;

const FLOAT = 1;
const INT64 = 7;

const ATTRIBUTE_INTEGER = 2;
const ATTRIBUTE_INTEGERS = 7;

export class OnnxWriter {
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #names = new Set<string>();
  readonly #numbers = new Map<string, Value>();
  #samples: Value | undefined;

  /** Adds a node of one output, and gives that. */
  node(type: string, inputs: readonly Value[], attributes: Attributes = {}, name = type): Value {
    const output = this.#unique(name);
    const written = Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value)));
    this.#nodes.push(
      message(...inputs.map((input) => text(1, input)), text(2, output), text(3, output), text(4, type), ...written),
    );
    return output;
  }

  /** An input of floats; the first one's first axis says how many samples there are. */
  input(name: string, axes: Extents): Value {
    const input = this.#unique(name);
    this.#inputs.push(message(text(1, input), bytes(2, floatType(axes))));
    this.#samples ??= input;
    return input;
  }

  /** Numbers that are the model's. */
  floats(name: string, values: Float32Array, shape: readonly number[]): Value {
    const tensor = this.#unique(name);
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push(message(integers(1, shape), integer(2, FLOAT), text(8, tensor), bytes(9, raw)));
    return tensor;
  }

  scalar(value: number): Value {
    return this.#once(`${value}`, () => this.floats(`${value}`, Float32Array.of(value), []));
  }

  /** A list of whole numbers, as shapes and axes are. */
  integers(values: readonly number[]): Value {
    return this.#once(`[${values}]`, () => {
      const tensor = this.#unique(`[${values}]`);
      const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
      this.#initializers.push(message(integers(1, [values.length]), integer(2, INT64), text(8, tensor), bytes(9, raw)));
      return tensor;
    });
  }

  /** Lengths of axes as a list that is computed where they depend on the samples. */
  lengths(axes: Extents): Value {
    const fixed = axes.filter((length) => typeof length === 'number');
    if (fixed.length === axes.length) return this.integers(fixed);
    const samples = this.node('Shape', [this.#samples ?? ''], { start: 0, end: 1 });
    const parts = axes.map((length) =>
      typeof length === 'number'
        ? this.integers([length])
        : this.node('Mul', [samples, this.integers([length.perSample])]),
    );
    return this.node('Concat', parts, { axis: 0 });
  }

  /** The same elements with other axes. */
  reshape(x: Value, from: Extents, to: Extents): Value {
    if (areSame(from, to)) return x;
    const growing = to.filter((length) => typeof length !== 'number').length;
    // One axis may be left for ONNX to find out; an axis of 0 would be taken for 'as before'.
    const isFound = growing === 1 && sizeOf(to) !== 0;
    const shape = isFound
      ? this.integers(to.map((length) => (typeof length === 'number' ? length : -1)))
      : this.lengths(to);
    return this.node('Reshape', [x, shape]);
  }

  /** The whole file. */
  model(output: Value, axes: Extents, facts: Readonly<Record<string, string>>): Uint8Array {
    const name = 'prediction';
    this.#nodes.push(message(text(1, output), text(2, name), text(3, name), text(4, 'Identity')));
    const graph = message(
      ...this.#nodes.map((node) => bytes(1, node)),
      text(2, 'predict'),
      ...this.#initializers.map((tensor) => bytes(5, tensor)),
      ...this.#inputs.map((input) => bytes(11, input)),
      bytes(12, message(text(1, name), bytes(2, floatType(axes)))),
    );
    const properties = Object.entries(facts).map(([key, value]) => bytes(14, message(text(1, key), text(2, value))));
    const operators = bytes(8, message(text(1, ''), integer(2, OPERATORS)));
    return message(integer(1, IR_VERSION), text(2, 'alchemie'), bytes(7, graph), operators, ...properties);
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#numbers.set(key, made);
    return made;
  }

  #unique(name: string): Value {
    const isFree = (candidate: string): boolean => !this.#names.has(candidate) && candidate !== 'prediction';
    let unique = name;
    for (let i = 1; !isFree(unique); i++) unique = `${name}_${i}`;
    this.#names.add(unique);
    return unique;
  }
}

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  return typeof value === 'number'
    ? message(text(1, name), integer(3, value), integer(20, ATTRIBUTE_INTEGER))
    : message(text(1, name), integers(8, value), integer(20, ATTRIBUTE_INTEGERS));
}

function floatType(axes: Extents): Uint8Array {
  const dimensions = axes.map((length) => {
    if (typeof length === 'number') return bytes(1, integer(1, length));
    return bytes(1, length.perSample === 1 ? text(2, 'n') : text(2, `${length.perSample}n`));
  });
  return bytes(1, message(integer(1, FLOAT), bytes(2, message(...dimensions))));
}
