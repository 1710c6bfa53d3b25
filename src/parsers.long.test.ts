// Whatever is given to the parsers, they give a value or a sentence: 100,000 cases each, half of them valid texts with
// something wrong. The seed is printed; a failure goes into the parser's own test.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration } from './cli/duration.ts';
import { asNumber } from './cli/options.ts';
import { withoutSecrets } from './cli/provenance.ts';
import { readIdx } from './data/idx.ts';
import { UserError } from './errors.ts';
import { sameValue } from './literal.ts';
import { parseAssignment, parsePath, setPath } from './search/override.ts';
import { decodeCheckpoint } from './storage/checkpoint.ts';
import { checkContents, configurationSource, evaluateSource } from './storage/configuration.ts';
import { parseHolder } from './storage/holder.node.ts';
import { parseJson, parseLog, stringify } from './storage/json.ts';
import { decodeSafetensors } from './storage/safetensors.ts';
import { sha256 } from './storage/sha256.node.ts';

const runs = 100_000;
const seed = Date.now() % 2 ** 31;

/** A text, or one of those given with a part replaced. */
function mutated(...valid: readonly string[]): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.constantFrom(...valid),
    fc.nat(),
    fc.nat({ max: 6 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const changed = change.map(([text, at, count, piece]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + count);
  });
  return fc.oneof(fc.string({ unit: 'binary' }), changed, fc.json());
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const holder =
  '{"host":"h","bootId":null,"pidNamespace":"p","pid":1,"processStart":"1","uuid":"u","since":"s","heartbeat":"000000000001"}';
const idx = '\0\0\u0008\u0002\0\0\0\u0002\0\0\0\u0003abcdef';

const parsers: Readonly<Record<string, [fc.Arbitrary<string>, (text: string) => unknown]>> = {
  parseJson: [mutated('{"a":[1,-0,"x",null,{"b":true}],"c":"\\u00e9"}'), (text) => parseJson(text, 'text')],
  parseLog: [
    mutated('{"step":1,"bestLoss":0.5}\n{"step":2,"bestLoss":"NaN","x":true}\n'),
    (text) => parseLog(text, 'log'),
  ],
  parseHolder: [mutated(holder), parseHolder],
  decodeSafetensors: [
    mutated('%\0\0\0\0\0\0\0{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}ab'),
    (text) => decodeSafetensors(bytesOf(text)),
  ],
  decodeCheckpoint: [mutated('x'.repeat(50)), (text) => decodeCheckpoint(bytesOf(text), sha256)],
  readIdx: [mutated(idx), (text) => readIdx(bytesOf(text))],
  parseDuration: [mutated('55m', '1.5h', '200ms'), (text) => parseDuration('--time-limit', text)],
  asNumber: [mutated('12', '1e3'), (text) => asNumber('--amount', text)],
  parsePath: [mutated('a.b[0]["c d"].e'), parsePath],
  parseAssignment: [mutated('optimizer.learningRate=1e-3', 'a[0]={"b":1}'), parseAssignment],
  setPath: [
    mutated('a.b', 'list[1]', '__proto__.x', 'constructor.prototype'),
    (text) => setPath({ a: { b: 1 }, list: [1, 2] }, { path: text, value: 'polluted', isBare: false }),
  ],
  withoutSecrets: [mutated('https://user:secret@host/a?b#c', 'git@host:a/b'), withoutSecrets],
};

it.each(Object.entries(parsers))('%s gives a value or a sentence', { timeout: 600_000 }, (name, [texts, parse]) => {
  let [values, refusals] = [0, 0];
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parse(text);
        values++;
      } catch (error) {
        // Errors of functions that users call in their modules are plain ones.
        if (!(error instanceof UserError || String(error).startsWith(`Error: ${name}: `))) throw error;
        refusals++;
      }
      expect('polluted' in {}).toBe(false);
    }),
    { numRuns: runs, seed },
  );
  console.log(`${name}: ${runs} cases (seed ${seed}), ${values} values, ${refusals} refused`);
});

it('stringify and parseJson, configurationSource and its evaluation undo each other', { timeout: 600_000 }, () => {
  const leaf = fc.oneof(fc.double(), fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(true, null, -0));
  const value = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })), {
    maxKeys: 4,
  });
  const isOwnName = (key: string): boolean => !['__proto__', 'constructor', 'prototype'].includes(key);
  fc.assert(
    fc.property(value, (pars) => {
      fc.pre(Object.keys(pars).every(isOwnName));
      const text = stringify(pars);
      expect(stringify(parseJson(text, 'text'))).toBe(text);
      checkContents('pars', pars, 1);
      expect(sameValue(evaluateSource(configurationSource('// x', pars, 1)), { pars, seed: 1 })).toBe(true);
    }),
    { numRuns: runs, seed },
  );
  console.log(`round trips: ${runs} cases (seed ${seed})`);
});
