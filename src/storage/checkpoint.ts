// A checkpoint: a safetensors file whose last tensor is the SHA-256 over every byte before it. It is a function of the
// training state alone: no times, no hosts, no counters of restarts.

import { tensor } from '../data/tensor.ts';
import { quote, UserError } from '../errors.ts';
import type { Snapshot } from '../trainable.ts';
import { isJsonObject, parseJson, stringify } from './json.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** SHA-256 over the chunks as if they were one. A parameter, since Node.js and browsers offer different ones. */
export type Sha256 = (chunks: Iterable<Uint8Array>) => Uint8Array;

/** As hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Where a snapshot comes from: it is continued exactly by the same alone. All are texts. */
export interface Identity {
  /** Version of the package that wrote it. */
  readonly alchemie: string;
  /** Hash of the compiled core. */
  readonly wasm: string;
  /** Hash of the program's text. */
  readonly program: string;
  /** The module and the files it imports, a line with name and hash for each. */
  readonly module: string;
  /** Shapes of the data, a line for each split. */
  readonly data: string;
  /** Canonical text of pars and seed. */
  readonly pars: string;
}

/** A change that was accepted in the midst of training: before this step, something was another. */
export interface AcceptedChange {
  readonly step: number;
  /** What, in words. */
  readonly changed: readonly string[];
}

/** The part of log.jsonl that belongs to a snapshot: so many bytes from its beginning, and these very ones. */
export interface LogPart {
  readonly logBytes: number;
  /** Of these bytes, in hexadecimal. */
  readonly logSha256: string;
}

export interface CheckpointMetadata extends Identity, LogPart {
  readonly step: number;
  /** Oldest first; empty for a run that is exact. */
  readonly lineage: readonly AcceptedChange[];
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
  const { step, logBytes, logSha256, lineage, ...identity } = metadata;
  const texts = {
    format: FORMAT,
    ...identity,
    step: `${step}`,
    logBytes: `${logBytes}`,
    logSha256,
    ...(lineage.length > 0 && { lineage: stringify(lineage) }),
  };
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
      wasm: text('wasm'),
      program: text('program'),
      module: text('module'),
      data: text('data'),
      pars: text('pars'),
      step: count('step'),
      logBytes: count('logBytes'),
      logSha256: text('logSha256'),
      lineage: metadata.lineage === undefined ? [] : readLineage(metadata.lineage, what),
    },
  };
}

function readLineage(text: string, what: string): AcceptedChange[] {
  const lineage = parseJson(text, `${what}: lineage`);
  const refusal = new UserError(`${what}: its lineage must be a list of steps with what changed there`);
  if (!Array.isArray(lineage)) throw refusal;
  return lineage.map((entry) => {
    const { step, changed } = isJsonObject(entry) ? entry : {};
    if (typeof step !== 'number' || !Array.isArray(changed) || !changed.every((part) => typeof part === 'string')) {
      throw refusal;
    }
    return { step, changed };
  });
}
