// Values of configurations, for property tests.

import fc from 'fast-check';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    '',
    "'",
    '"',
    '`',
    '\\',
    '\n',
    '\r\n',
    '\u2028',
    '\ud800',
    '\udc00\ud800',
    '\u0024{a}',
    '</script>',
    '<!--',
  ),
  fc.constantFrom('0', '1', '01', '-1', 'constructor', 'prototype', 'class', 'async', 'a-b', 'ä', '9007199254740993'),
);
/** Keys of objects. */
export const key = text.filter((key) => key !== '__proto__');
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Number.NaN, 1e21, 1e-7, 2 ** 53, 5e-324));
const float32 = fc.oneof(fc.float(), fc.constantFrom(-0, Number.NaN));

/** Whatever can stand in a configuration. */
export const { value } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    number,
    text,
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.array(float32).map((x) => Float32Array.from(x)),
    fc.array(number).map((x) => Float64Array.from(x)),
    fc.array(fc.integer()).map((x) => Int32Array.from(x)),
    fc.uint8Array(),
    fc.uint8ClampedArray(),
    fc.int8Array(),
    fc.int16Array(),
    fc.uint16Array(),
    fc.uint32Array(),
    fc.bigInt64Array(),
    fc.bigUint64Array(),
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));
