// A checkpoint: a safetensors file whose last tensor is the SHA-256 over every byte before it. It is a function of the
// training state alone: no times, no hosts, no counters of restarts.

import { tensor } from '../data/tensor.ts';
import { quote, UserError } from '../errors.ts';
import type { Snapshot } from '../trainable.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** SHA-256 over the chunks as if they were one. A parameter, since Node.js and browsers offer different ones. */
export type Sha256 = (chunks: Iterable<Uint8Array>) => Uint8Array;

/** What a snapshot belongs to: it fits only the same. */
export interface CheckpointMetadata {
  /** Version of the package that wrote it. */
  readonly alchemie: string;
  readonly step: number;
  /** Hash of the compiled core. */
  readonly wasm: string;
  /** Hash of the program's text. */
  readonly program: string;
  /** Canonical text of pars and seed. */
  readonly pars: string;
  /** Length of the part of log.jsonl that belongs to the snapshot. */
  readonly logBytes: number;
}

/** The bytes are not those that were written: the checkpoint before may still be whole. */
export class DamagedCheckpoint extends UserError {
  override readonly name: string = 'DamagedCheckpoint';
}

const FORMAT = '1';
const HASH = 'sha256';
const HASH_BYTES = 32;

/** Pieces to be written one after the other; views of the snapshot, so write them before training goes on. */
export function encodeCheckpoint(snapshot: Snapshot, metadata: CheckpointMetadata, sha256: Sha256): Uint8Array[] {
  if (snapshot.has(HASH)) {
    throw new UserError(
      `checkpoint: the name ${HASH} is reserved for the checkpoint's hash; name the tensor otherwise`,
    );
  }
  const { alchemie, step, wasm, program, pars, logBytes } = metadata;
  const texts = { format: FORMAT, alchemie, step: `${step}`, wasm, program, pars, logBytes: `${logBytes}` };
  const pieces = encodeSafetensors(new Map([...snapshot, [HASH, tensor(new Uint8Array(HASH_BYTES))]]), texts);
  const hashed = pieces.slice(0, -1);
  return [...hashed, sha256(hashed)];
}

/**
 * Reads a whole file after comparing its hash.
 *
 * @param what names the file in errors
 * @throws DamagedCheckpoint when any byte or the length is not as written, a plain UserError when the file is whole but
 *   was not written by a version like this one
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  sha256: Sha256,
  what = 'checkpoint',
): { snapshot: Snapshot; metadata: CheckpointMetadata } {
  const hashedBytes = bytes.length - HASH_BYTES;
  if (hashedBytes <= 0) throw new DamagedCheckpoint(`${what}: is damaged, too short, got ${bytes.length} bytes`);
  const hash = sha256([bytes.subarray(0, hashedBytes)]);
  if (!hash.every((byte, i) => byte === bytes[hashedBytes + i])) {
    throw new DamagedCheckpoint(`${what}: is damaged, its ${bytes.length} bytes do not match the SHA-256 at their end`);
  }
  const { tensors, metadata } = decodeSafetensors(bytes, what);
  if (metadata.format !== FORMAT) {
    const found = metadata.format === undefined ? 'none' : quote(`${metadata.format} by alchemie ${metadata.alchemie}`);
    throw new UserError(
      `${what}: has another format than ${FORMAT}, got ${found}; continue it with the version it is from`,
    );
  }
  const text = (key: string): string => {
    const value = metadata[key];
    if (value === undefined)
      throw new UserError(`${what}: lacks '${key}' in its metadata; continue from another checkpoint`);
    return value;
  };
  const count = (key: string): number => {
    const value = text(key);
    if (!/^(0|[1-9]\d{0,14})$/.test(value)) {
      throw new UserError(`${what}: '${key}' must be a whole number, got '${quote(value)}'`);
    }
    return Number(value);
  };
  if ([...tensors.keys()].at(-1) !== HASH) throw new UserError(`${what}: its last tensor is not its hash`);
  tensors.delete(HASH);
  return {
    snapshot: tensors,
    metadata: {
      alchemie: text('alchemie'),
      step: count('step'),
      wasm: text('wasm'),
      program: text('program'),
      pars: text('pars'),
      logBytes: count('logBytes'),
    },
  };
}
