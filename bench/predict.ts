// What predictions take: of a row alone, as for the next character or what was just drawn, and of a chunk of rows.

import { type Tensor, Trainer, tensor, transformer } from '../src/index.ts';
import { everySteps, never } from '../src/stops/index.ts';
import { measure, type Result, validate } from './measure.ts';
import { classifier } from './trainers.ts';

/** Rows of a chunk, as long as batches are no larger. */
const CHUNK = 128;
const [CONTEXT, ALPHABET] = [64, 90];

interface Case {
  readonly trainer: Trainer;
  readonly input: Tensor;
}

function network(): Case {
  const { trainer, data } = classifier([784, 512, 256, 10], CHUNK, 'adam');
  return { trainer, input: data.val[0] };
}

/** That of examples/char-lm.ts, at its smallest. */
function languageModel(): Case {
  const codes = Int32Array.from({ length: CHUNK * CONTEXT }, (_, i) => (i * i) % ALPHABET);
  const input = tensor(codes, [CHUNK, CONTEXT]);
  const trainer = new Trainer({
    model: transformer({
      vocabulary: ALPHABET,
      outputs: ALPHABET,
      loss: 'crossEntropy',
      width: 64,
      heads: 4,
      blocks: 2,
    }),
    data: { train: [input, input], val: [input, input] },
    seed: 1,
    optimizer: { name: 'adam' },
    batchSize: CHUNK,
    pause: everySteps(1),
    stop: never,
  });
  return { trainer, input };
}

function firstRows({ data, shape: [rows = 1, ...inner] }: Tensor, count: number): Tensor {
  return tensor(data.subarray(0, (count * data.length) / rows), [count, ...inner]);
}

export async function run(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [model, { trainer, input }] of Object.entries({
    '784-512-256-10': network(),
    'transformer of 64 characters': languageModel(),
  })) {
    const [one, chunk] = [firstRows(input, 1), firstRows(input, CHUNK)];
    const [alone, among] = [trainer.predict(one).data, trainer.predict(chunk).data];
    validate(
      model,
      alone.every((value, i) => value === among[i]),
    );
    const { row, rows } = await measure({ row: () => trainer.predict(one), rows: () => trainer.predict(chunk) });
    results.push(
      { name: `${model}: a row alone`, value: row.milliseconds, unit: 'ms', noise: row.noise },
      { name: `${model}: ${CHUNK} rows`, value: rows.milliseconds, unit: 'ms', noise: rows.noise },
      {
        name: `${model}: rows in the time of one alone`,
        value: (CHUNK * row.milliseconds) / rows.milliseconds,
        unit: '',
      },
    );
  }
  return results;
}
