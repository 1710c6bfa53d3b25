// Checkpoints: the same state gives the same bytes, and no damage passes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { type CheckpointMetadata, DamagedCheckpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { sha256 } from './sha256.node.ts';

const snapshot = new Map<string, Tensor>([
  [
    'hidden.weights',
    tensor([
      [1, Number.NaN],
      [-0, 4],
    ]),
  ],
  ['step', tensor(new Int32Array([7]))],
]);
const metadata: CheckpointMetadata = {
  alchemie: '0.1.0',
  step: 7,
  wasm: 'ab12',
  program: 'cd34',
  module: 'a.ts ef56',
  data: 'train: [4, 2]',
  pars: '{"a":[1,2]}',
  logBytes: 120,
  logSha256: '9a0b',
  lineage: [{ step: 3, changed: ['the numerical core'] }],
};

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

const bytes = join(encodeCheckpoint(snapshot, metadata, sha256));

/** A whole safetensors file with a true hash, whatever else it says. */
function sealed(tensors: ReadonlyMap<string, Tensor>, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = encodeSafetensors(tensors, texts);
  const body = join(chunks.slice(0, -1));
  return join([body, sha256([body])]);
}

describe('checkpoint', () => {
  it('gives back the snapshot and its metadata, and the same bytes again', () => {
    const decoded = decodeCheckpoint(bytes, sha256);
    expect(decoded).toEqual({ snapshot, metadata });
    expect(join(encodeCheckpoint(decoded.snapshot, decoded.metadata, sha256))).toEqual(bytes);
  });

  it('is a safetensors file that ends with the SHA-256 of everything before', () => {
    const { tensors, metadata: texts } = decodeSafetensors(bytes);
    expect([...tensors.keys()]).toEqual(['hidden.weights', 'step', 'sha256']);
    expect(tensors.get('sha256')?.data).toEqual(sha256([bytes.subarray(0, -32)]));
    expect({ ...texts }).toEqual({
      format: '1',
      ...metadata,
      step: '7',
      logBytes: '120',
      lineage: '[{"step":3,"changed":["the numerical core"]}]',
    });
  });

  it(`detects each of ${3 * bytes.length} altered bytes, ${bytes.length} truncations, and bytes appended`, () => {
    for (let i = 0; i < bytes.length; i++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const altered = bytes.slice();
        altered[i] = (altered[i] ?? 0) ^ change;
        expect(() => decodeCheckpoint(altered, sha256)).toThrow(DamagedCheckpoint);
      }
      expect(() => decodeCheckpoint(bytes.subarray(0, i), sha256)).toThrow(DamagedCheckpoint);
      expect(() => decodeCheckpoint(join([bytes, bytes.subarray(0, i + 1)]), sha256)).toThrow(DamagedCheckpoint);
    }
    expect(() => decodeCheckpoint(join([bytes, bytes.subarray(-32)]), sha256)).toThrow(DamagedCheckpoint);
  });

  it('refuses whole files of other makes, but does not call them damaged', () => {
    const others = { ...metadata, step: '7', logBytes: '1', lineage: '[]' };
    const hash = new Map([...snapshot, ['sha256', tensor(new Uint8Array(32))]]);
    const cases: [Uint8Array, RegExp][] = [
      [sealed(hash, { format: '2', ...others }), /another format than 1, got 2 by alchemie 0\.1\.0; continue it with/],
      [sealed(hash, others), /another format than 1, got none/],
      [sealed(hash, { ...others, format: '1', step: '-1' }), /'step' must be a whole number, got '-1'/],
      [sealed(hash, { ...others, format: '1', logBytes: '1e3' }), /'logBytes' must be a whole number/],
      [sealed(hash, { format: '1', alchemie: '1', wasm: '', program: '', module: '', data: '' }), /lacks 'pars'/],
      [sealed(hash, { ...others, format: '1', lineage: '[{"step":1}]' }), /its lineage must be a list of steps/],
      [sealed(hash, { ...others, format: '1', lineage: '{' }), /lineage: is not valid JSON/],
      [
        sealed(new Map([['other', tensor(new Uint8Array(32))]]), { ...others, format: '1' }),
        /last tensor is not its hash/,
      ],
    ];
    for (const [whole, message] of cases) {
      expect(() => decodeCheckpoint(whole, sha256)).toThrow(message);
      expect(() => decodeCheckpoint(whole, sha256)).not.toThrow(DamagedCheckpoint);
    }
  });

  it('meets hostile headers under a true hash with a UserError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.uint8Array({ maxLength: 40 }), (header, data) => {
        const text = new TextEncoder().encode(header);
        const length = new Uint8Array(8);
        new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
        const body = join([length, text, data]);
        try {
          decodeCheckpoint(join([body, sha256([body])]), sha256);
          expect.unreachable();
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reserves its name', () => {
    expect(() => encodeCheckpoint(new Map([['sha256', tensor([1])]]), metadata, sha256)).toThrow(/reserved/);
  });
});
