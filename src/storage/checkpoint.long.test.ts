// A checkpoint of 64 KiB: every byte altered in three ways, every truncation, bytes appended; and headers that lie under a
// true hash.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Tensor, tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { DamagedCheckpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { sha256 } from './sha256.node.ts';

const identity = { alchemie: '0.1.0', wasm: 'ab', program: 'cd', module: 'a.ts ef', data: 'train: [4, 2]', pars: '{}' };
const metadata = {
  ...identity,
  step: 7,
  logBytes: 120,
  logSha256: '9a0b',
  lineage: [{ step: 3, changed: ['the numerical core'] }],
};

function encoded(snapshot: ReadonlyMap<string, Tensor>): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeCheckpoint(snapshot, metadata, sha256)));
}

const fill = encoded(new Map([['weights', tensor(new Float32Array(0))]])).length;
const weights = tensor(Float32Array.from({ length: (65_536 - fill - 8) / 4 }, (_, i) => i / 7));
const bytes = encoded(new Map([['weights', weights]]));

function isDamaged(altered: Uint8Array): boolean {
  try {
    decodeCheckpoint(altered, sha256);
    return false;
  } catch (error) {
    return error instanceof DamagedCheckpoint;
  }
}

it('no altered byte passes, no truncation, nothing appended', { timeout: 600_000 }, () => {
  expect(Math.abs(bytes.length - 65_536)).toBeLessThan(128);
  let [altered, truncated, appended] = [0, 0, 0];
  const copy = bytes.slice();
  for (const [i, byte] of bytes.entries()) {
    // Another value each, also where the byte is 0 or 255 already.
    for (const value of new Set([byte ^ (1 << (i % 8)), byte === 0 ? 1 : 0, byte === 0xff ? 0xfe : 0xff])) {
      copy[i] = value;
      if (!isDamaged(copy)) expect.fail(`byte ${i} as ${value}`);
      altered++;
    }
    copy[i] = byte;
    if (!isDamaged(bytes.subarray(0, i))) expect.fail(`cut to ${i} bytes`);
    truncated++;
  }
  const longer = new Uint8Array(bytes.length + 4096);
  longer.set(bytes);
  for (let more = 1; more <= 4096; more++) {
    longer[bytes.length + more - 1] = more % 251;
    if (!isDamaged(longer.subarray(0, bytes.length + more))) expect.fail(`${more} bytes appended`);
    appended++;
  }
  expect(isDamaged(copy)).toBe(false);
  console.log(
    `checkpoint of ${bytes.length} bytes: ${altered} altered bytes, ${truncated} truncations, ${appended} appendings: all detected`,
  );
});

const number = fc.oneof(
  fc.constantFrom(-1, 0, 1, 2, 3, 4, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -0, 0.5),
  fc.nat({ max: 200 }),
  fc.maxSafeInteger(),
);
const wild = fc.oneof(number, fc.string({ maxLength: 5 }), fc.constant(null), fc.array(number, { maxLength: 3 }));
const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      dtype: fc.constantFrom('F32', 'I32', 'U8', 'F64', 'BOOL', ''),
      shape: fc.array(number, { maxLength: 4 }),
      data_offsets: fc.tuple(number, number),
    }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('dtype', 'shape', 'data_offsets', '__proto__', 'x'), wild) },
  { weight: 1, arbitrary: wild },
);
const names = fc.constantFrom(
  'weights',
  'step',
  'sha256',
  '__metadata__',
  '__proto__',
  'constructor',
  '',
  '0',
  '\u202e',
);
const texts = fc.dictionary(
  fc.constantFrom('format', 'alchemie', 'step', 'logBytes', 'logSha256', 'pars', 'lineage', 'toString'),
  fc.oneof(fc.constantFrom('1', '-1', '9e9', '{}', '[1]'), fc.string()),
);
const header = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.array(fc.tuple(names, entry), { maxLength: 4 }), texts)
      .map(
        ([entries, metadata]) =>
          `{${[`"__metadata__":${JSON.stringify(metadata)}`, ...entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)].join(',')}}`,
      ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
/** How far the length that is said is from the true one. */
const lie = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0n) },
  { weight: 1, arbitrary: fc.bigInt(-50n, 2n ** 64n - 1000n) },
);

it('hostile headers meet a sentence, quickly and in little memory', { timeout: 600_000 }, () => {
  const runs = 100_000;
  const seed = Date.now() % 2 ** 31;
  let [passed, slowest] = [0, 0];
  const before = process.memoryUsage().arrayBuffers;
  fc.assert(
    fc.property(header, lie, fc.uint8Array({ maxLength: 64 }), (text, lie, data) => {
      const said = new TextEncoder().encode(text);
      const length = new Uint8Array(8);
      new DataView(length.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(said.length) + lie), true);
      const body = Buffer.concat([length, said, data]);
      const whole = new Uint8Array(Buffer.concat([body, sha256([body])]));
      const started = performance.now();
      try {
        const { snapshot } = decodeCheckpoint(whole, sha256);
        const total = [...snapshot.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
        expect(total).toBeLessThanOrEqual(whole.length);
        passed++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(error.message.length).toBeLessThan(1000);
      }
      slowest = Math.max(slowest, performance.now() - started);
    }),
    { numRuns: runs, seed },
  );
  const grown = Math.round((process.memoryUsage().arrayBuffers - before) / 2 ** 20);
  console.log(
    `hostile headers: ${runs} (seed ${seed}), ${passed} of them whole, no crash; memory grew by ${grown} MiB`,
  );
  expect(grown).toBeLessThan(64);
  expect(slowest).toBeLessThan(1000);
});
