// Chorales of J. S. Bach: which keys sound in the next quarter note? Recurrent networks, and a convolutional one of our own.
//
// The loss is the one of the literature: the negative log-likelihood of the 88 keys, taken as independent given the past,
// summed over keys, the mean over all steps but the first of each chorale. Of the test chorales it is 8.7 for the recurrent
// network of Boulanger-Lewandowski et al. (ICML 2012), 8.4 for LSTM and GRU and 8.1 for the temporal convolutional network
// of Bai et al. (2018, arXiv:1803.01271), which `convolutional` below follows.

import {
  afterEpochs,
  any,
  type Chorales,
  choice,
  defineExperiment,
  everyEpochs,
  gru,
  layers,
  loadJsb,
  logUniform,
  lstm,
  type Model,
  model,
  type Node,
  nextSteps,
  oneLine,
  ops,
  patience,
  rnn,
  sample,
  Trainer,
} from 'alchemie';

const KEYS = 88;

export default defineExperiment({
  preamble: (jobIndex) => `/* JSB chorales, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        network: choice([
          { name: 'rnn', hidden: choice([[200], [300], [200, 200]]) },
          { name: 'lstm', hidden: choice([[200], [300]]) },
          { name: 'gru', hidden: choice([[200], [300]]) },
          { name: 'convolutional', units: choice([150, 200]), blocks: choice([2, 3]), kernel: choice([3, 5]) },
        ]),
        dropout: choice([0.3, 0.4, 0.5]),
        batchSize: choice([8, 16]),
        epochs: choice([60]),
        clipNorm: choice([0.4, 1]),
        learningRate: logUniform(1e-3, 6e-3),
      },
      n,
      context,
    ),

  async loadData(_pars, { dataDirectory }) {
    const { train, val, test } = await loadJsb({ directory: dataDirectory });
    const triples = ([rolls, mask]: Chorales) => [...nextSteps(rolls), nextSteps(mask)[1]] as const;
    return { train: triples(train), val: triples(val), test: triples(test) };
  },

  newTrainer(pars, data, { seed }) {
    const [rows = 0] = data.train[0].shape;
    const steps = Math.ceil((pars.epochs * rows) / pars.batchSize);
    return new Trainer({
      model: networkOf(pars),
      data,
      seed,
      optimizer: {
        name: 'adam',
        clipNorm: pars.clipNorm,
        learningRate: { name: 'cosine', from: pars.learningRate, to: 0, steps },
      },
      batchSize: pars.batchSize,
      pause: everyEpochs(2),
      stop: any(afterEpochs(pars.epochs), patience({ initial: 1000 })),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  makeReport: (_pars, trainer, data) => ({
    trainLoss: trainer.score(data.train),
    valLoss: trainer.score(data.val),
    testLoss: trainer.score(data.test),
  }),
});

interface Convolutional {
  readonly name: 'convolutional';
  readonly units: number;
  readonly blocks: number;
  /** How many steps a convolution sees; in block i they are 2ⁱ steps apart. */
  readonly kernel: number;
}

interface Recurrent {
  readonly name: 'rnn' | 'lstm' | 'gru';
  readonly hidden: readonly number[];
}

function networkOf({ network, dropout }: { network: Convolutional | Recurrent; dropout: number }): Model {
  if (network.name === 'convolutional') return convolutional(network, dropout);
  const recurrent = { rnn, lstm, gru }[network.name];
  return recurrent({ inputs: KEYS, outputs: KEYS, hidden: network.hidden, dropout, loss: 'binaryCrossEntropy' });
}

/** Blocks of two convolutions that see the past alone, each block added to what it is given. */
function convolutional({ units, blocks, kernel }: Convolutional, dropout: number): Model {
  return model((site) => {
    const [n = 1, steps = 1] = site.input.shape;
    /** x[n, a, c] as [a, n, c]; with time first, a step is one piece of memory. */
    const swapped = (x: Node, a: number): Node =>
      ops.swapMiddleAxes(ops.reshape(x, [1, (n * steps) / a, a, x.shape.at(-1) ?? 1]));
    /** x[steps n, c] later; zeros come in. */
    const delayed = (x: Node, by: number): Node => {
      const c = x.shape[1] ?? 1;
      const none = ops.multiply(ops.slice(x, 0, [by * n, c]), 0);
      return ops.reshape(ops.concatenate([none, ops.slice(x, 0, [(steps - by) * n, c])]), x.shape);
    };
    const convolution = (name: string, x: Node, dilation: number): Node => {
      const c = x.shape[1] ?? 1;
      const std = Math.sqrt(2 / (kernel * c));
      const taps = Array.from({ length: kernel }, (_, i) => {
        const seen = ops.matmul(x, site.parameter(`${name}.weight${i}`, [c, units], { name: 'normal', std }));
        return i === 0 ? seen : delayed(seen, i * dilation);
      });
      const sum = taps.reduce((sum, tap) => ops.add(sum, tap), site.parameter(`${name}.bias`, [units], 'zeros'));
      return layers.dropout(site, `${name}/dropout`, ops.relu(sum), dropout);
    };
    let x = ops.reshape(swapped(site.input, steps), [steps * n, KEYS]);
    for (let i = 0; i < blocks; i++) {
      const branch = convolution(`block${i}.second`, convolution(`block${i}.first`, x, 2 ** i), 2 ** i);
      const skip = i === 0 ? ops.matmul(x, site.parameter('skip.weight', [KEYS, units])) : x;
      x = ops.relu(ops.add(skip, branch));
    }
    const output = layers.dense(site, 'output', x, { outputs: KEYS });
    return site.loss('binaryCrossEntropy', ops.reshape(swapped(output, n), [n, steps, KEYS]));
  });
}
