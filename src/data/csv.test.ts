import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { UserError } from '../errors.ts';
import { columnStack, readCsv } from './csv.ts';
import { type Tensor, tensor } from './tensor.ts';

describe('readCsv', () => {
  test('types the columns that are asked for', () => {
    const text = 'area,rooms,kind,street\n51.5,2,flat,"High, 1"\r\n1e2,-4,house,"the ""old"" mill\n2nd door"\n';
    const table = readCsv(text, {
      columns: { street: 'text', area: 'number', rooms: 'integer', kind: ['house', 'flat'] },
    });
    expectTypeOf(table).toEqualTypeOf<{
      street: string[];
      area: Tensor<Float32Array>;
      rooms: Tensor<Int32Array>;
      kind: Tensor<Int32Array>;
    }>();
    expect(table).toEqual({
      street: ['High, 1', 'the "old" mill\n2nd door'],
      area: tensor([51.5, 100]),
      rooms: tensor(Int32Array.of(2, -4)),
      kind: tensor(Int32Array.of(1, 0)),
    });
  });

  test('without a header, with another delimiter and a byte order mark', () => {
    const table = readCsv('\ufeff1;2\n3;4', { columns: { a: 'number', b: 'integer' }, header: false, delimiter: ';' });
    expect(table).toEqual({ a: tensor([1, 3]), b: tensor(Int32Array.of(2, 4)) });
    for (const delimiter of ['\t', '|', '^', ']', '\\', '-'])
      expect(readCsv(`a${delimiter}b\n1${delimiter}2`, { columns: { b: 'number' }, delimiter }).b.data[0]).toBe(2);
  });

  test('gives back any texts', () => {
    const field = fc.string({
      minLength: 1,
      unit: fc.oneof(fc.constantFrom('"', ',', '\n', '\r', '\r\n'), fc.string({ minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field)),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (rows, ending, last) => {
          const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join());
          const text = ['a,b', ...quoted].join(ending) + (last ? ending : '');
          expect(readCsv(text, { columns: { a: 'text', b: 'text' } })).toEqual({
            a: rows.map(([a]) => a),
            b: rows.map(([, b]) => b),
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('gives back any numbers, rounded to float32, and refuses what float32 cannot hold', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer(), (a, b) => {
        const read = () =>
          readCsv(`a,b\n${Object.is(a, -0) ? '-0' : a},${b}`, { columns: { a: 'number', b: 'integer' } });
        if (Number.isFinite(Math.fround(a))) {
          expect(read()).toEqual({ a: tensor([Math.fround(a)]), b: tensor(Int32Array.of(b)) });
        } else expect(read).toThrow(`line 2, column 'a': expected a number, got '${a}'`);
      }),
      { numRuns: 1000 },
    );
  });

  test('a hundred thousand long lines', () => {
    const line = `${'1.25,'.repeat(9)}"${'x""y\n'.repeat(20)}"\n`;
    const { a } = readCsv(`${'a,'.repeat(1)}b,c,d,e,f,g,h,i,j\n${line.repeat(20_000)}`, { columns: { a: 'number' } });
    expect(a.data.length).toBe(20_000);
    expect(readCsv(`a\n"${'x'.repeat(3e7)}"`, { columns: { a: 'text' } }).a[0]?.length).toBe(3e7);
  });

  test.each<[string, string, string]>([
    ['an empty text', '', 'readCsv: the text is empty'],
    ['a missing value', 'a,b\n1,x\n,y', "readCsv: line 3, column 'a': expected a number, got nothing"],
    [
      'a missing value behind lines in quotes',
      'b,a\n"\n\n",1\nx,',
      "line 5, column 'a': expected a number, got nothing",
    ],
    ['a missing text', 'a,b\n1,', "line 2, column 'b': expected a text, got nothing"],
    ['a number that is none', 'a,b\nNA,x', "line 2, column 'a': expected a number, got 'NA'"],
    ['infinity', 'a,b\nInfinity,x', "expected a number, got 'Infinity'"],
    ['a hexadecimal number', 'a,b\n0x10,x', "expected a number, got '0x10'"],
    ['a column that is not there', 'a,c\n1,x', "readCsv: there is no column 'b', the header has a, c"],
    ['a column twice', 'a,b,a\n1,x,2', "there are two columns 'a'; rename one"],
    ['a field too many', 'a,b\n1,x\n1,x,', 'readCsv: line 3 must have 2 fields, got 3'],
    ['an empty line', 'a,b\n\n1,x', 'readCsv: line 2 must have 2 fields, got 1'],
    ['a quote that is not closed', 'a,b\n1,x\n2,"y\n', 'readCsv: line 3: the quote that begins here is never closed'],
    [
      'text after a quote',
      'a,b\n1,"x"y\n',
      "line 2: a field with quotes or line breaks must stand in quotes, and each of its quotes twice, got 'xy '",
    ],
    ['a quote within a field', 'a,b\n1,x"y"\n', 'line 2: a field with quotes'],
    ['a lone carriage return', 'a,b\r1,x', 'line 1: a field with quotes or line breaks'],
  ])('refuses %s', (_, text, message) => {
    const read = () => readCsv(text, { columns: { a: 'number', b: 'text' } });
    expect(read).toThrow(message);
    expect(read).toThrow(UserError);
    expect(read).toThrow(/^readCsv: [^\n]+$/);
  });

  test.each<[unknown, unknown, string]>([
    [
      'a\n1',
      undefined,
      'readCsv: expected an object with options, got undefined; known are columns, header, delimiter',
    ],
    [
      'a\n1',
      { column: { a: 'number' } },
      "readCsv: unknown option, got 'column'; known are columns, header, delimiter",
    ],
    ['a\n1', {}, "readCsv: option 'columns' is missing"],
    [
      'a\n1',
      { columns: ['a', 'b'] },
      "readCsv: columns must be an object of names and types, got the list [a, b]; write { area: 'number' }",
    ],
    [
      'a\n1',
      { columns: { b: 'numbr' } },
      "readCsv: the type of column 'b' must be 'number', 'integer', 'text' or a list of texts, got 'numbr'",
    ],
    [
      'a\n1',
      { columns: { a: [0, 1] } },
      "readCsv: the type of column 'a' must be 'number', 'integer', 'text' or a list of texts, got the list [0, 1]",
    ],
    ['a\n1', { columns: { a: 'number' }, header: 'no' }, "readCsv: header must be a boolean, got 'no'"],
    [
      Buffer.from('a\n1'),
      { columns: { a: 'number' } },
      "readCsv: expected a text, got an instance of Buffer; of a file, what readFile(path, 'utf8') gives",
    ],
  ])('is not taken in by %j, %j', (text, options, message) => {
    const read = () => Reflect.apply(readCsv, undefined, [text, options]);
    expect(read).toThrow(message);
    expect(read).toThrow(UserError);
  });

  test('refuses classes and whole numbers that are none', () => {
    expect(() => readCsv('a\nx', { columns: { a: ['y', 'z'] } })).toThrow("column 'a': expected one of y, z, got 'x'");
    for (const wrong of ['1.5', '2147483648', '1e10', 'x'])
      expect(() => readCsv(`a\n${wrong}`, { columns: { a: 'integer' } })).toThrow(
        'expected a whole number of at most 32 bits',
      );
    expect(readCsv('a\n-0.2e1', { columns: { a: 'integer' } }).a.data[0]).toBe(-2);
    for (const delimiter of ['', ',,', '"', '\n'])
      expect(() => readCsv('a', { columns: { a: 'text' }, delimiter })).toThrow('the delimiter must be one character');
  });
});

test('columnStack puts columns side by side', () => {
  const columns = [
    tensor([1, 2]),
    tensor([
      [3, 4],
      [5, 6],
    ]),
    tensor(Uint8Array.of(7, 8)),
  ];
  expect(columnStack(columns)).toEqual(
    tensor([
      [1, 3, 4, 7],
      [2, 5, 6, 8],
    ]),
  );
  expect(() => columnStack([tensor([1]), tensor([1, 2])])).toThrow('equally many rows, got 1, 2');
  expect(() => columnStack([])).toThrow('equally many rows');
  expect(() => Reflect.apply(columnStack, undefined, [tensor([1]), tensor([2])])).toThrow(
    'columnStack: expected a list of tensors, got a tensor; put them into a list, as in [x, z]',
  );
  expect(() => Reflect.apply(columnStack, undefined, [[['a', 'b']]])).toThrow(
    'columnStack: expected a tensor, got the list [a, b]; tensor(…) makes one',
  );
});
