// Alchemie, through its public interface: what a user's experiment would do.

import { afterSteps, everySteps, mlp, Trainer, tensor } from '../../dist/index.js';
import { data, learningRates } from './works.mjs';

export function train(work, optimizer) {
  const { sizes, batch, batches, activation, loss } = work;
  const { x, classes } = data(work);
  const rows = batch * batches;
  const split = [tensor(x, [rows, sizes[0]]), tensor(classes, loss === 'crossEntropy' ? [rows] : [rows, 1])];
  const model = mlp({
    inputs: sizes[0],
    hidden: sizes.slice(1, -1),
    outputs: sizes.at(-1),
    activation,
    loss,
    initializer: 'he',
  });
  let goal = 0;
  const trainer = new Trainer({
    model,
    data: { train: split, val: split },
    seed: 1,
    ...(batches > 1 && { batchSize: batch }),
    optimizer: { name: optimizer, learningRate: learningRates[optimizer] },
    pause: everySteps(2 ** 40),
    stop: afterSteps(2 ** 40),
  });
  return {
    /** About `count` steps; the number that were made. */
    async steps(count) {
      const before = trainer.step;
      goal = before + count;
      await trainer.fit({ between: () => trainer.step >= goal });
      return trainer.step - before;
    },
    loss: () => trainer.score(split),
  };
}
