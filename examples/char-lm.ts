// A language model of characters: a small transformer learns to continue a text that you name, `--data my-text.txt`.

import { readFile } from 'node:fs/promises';
import {
  afterSteps,
  any,
  choice,
  defineExperiment,
  everySteps,
  logUniform,
  nextSteps,
  oneLine,
  patience,
  sample,
  split,
  type Tensor,
  Trainer,
  tensor,
  transformer,
  UserError,
  windows,
} from 'alchemie';

/** Characters that the report's own text has. */
const CONTINUATION = 200;

export default defineExperiment({
  preamble: (jobIndex) => `/* Characters, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        context: choice([64]),
        width: choice([64, 128]),
        heads: choice([4]),
        blocks: choice([2, 3]),
        dropout: choice([0, 0.1, 0.2]),
        batchSize: choice([16, 32]),
        steps: choice([3000]),
        learningRate: logUniform(5e-4, 4e-3),
      },
      n,
      context,
    ),

  async loadData(pars, { dataDirectory: file }) {
    if (file === undefined) throw new UserError('char-lm: no text to learn; name a file with --data');
    const text = await readFile(file, 'utf8');
    const alphabet = [...new Set(text)].sort();
    const codes = new Map(alphabet.map((character, code) => [character, code]));
    const all = tensor(Int32Array.from(text, (character) => codes.get(character) ?? 0));
    // The text in its order: the last parts are of another chapter than what is learnt.
    const tenth = Math.floor(all.data.length / 10);
    const [[train], [val], [test]] = split([all], [all.data.length - 2 * tenth, tenth, tenth]);
    const pairs = (part: Tensor<Int32Array>) => nextSteps(windows(part, pars.context + 1, pars.context / 2));
    return { train: pairs(train), val: pairs(val), test: pairs(test), alphabet };
  },

  newTrainer(pars, data, { seed }) {
    const { width, heads, blocks, dropout } = pars;
    const model = transformer({
      vocabulary: data.alphabet.length,
      outputs: data.alphabet.length,
      loss: 'crossEntropy',
      width,
      heads,
      blocks,
      dropout,
    });
    return new Trainer({
      model,
      data,
      seed,
      optimizer: {
        name: 'adamw',
        clipNorm: 1,
        learningRate: { name: 'cosine', from: pars.learningRate, to: 0, steps: pars.steps, warmup: 50 },
      },
      batchSize: pars.batchSize,
      pause: everySteps(100),
      stop: any(afterSteps(pars.steps), patience({ initial: 1000 })),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  // Losses are in nats per character.
  makeReport: (_pars, trainer, data) => ({
    trainLoss: trainer.score(data.train),
    valLoss: trainer.score(data.val),
    testLoss: trainer.score(data.test),
    continuation: continued(trainer, data.test[0], data.alphabet),
  }),
});

/** What the model finds the most probable continuation of the first row of characters, one after the other. */
function continued(trainer: Trainer, { data, shape: [, context = 0] }: Tensor, alphabet: readonly string[]): string {
  const written = [...data.subarray(0, context)];
  while (written.length < context + CONTINUATION) {
    const row = tensor(Int32Array.from(written.slice(-context)), [1, context]);
    const last = trainer.predict(row).data.subarray(-alphabet.length);
    written.push(last.indexOf(Math.max(...last)));
  }
  return written.map((code) => alphabet[code]).join('');
}
