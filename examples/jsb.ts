// Chorales of J. S. Bach: which keys sound in the next quarter note? Recurrent networks, and a convolutional one of our own.
//
// The loss is the one of the literature: the negative log-likelihood of the 88 keys, taken as independent given the past,
// summed over keys, the mean over all steps but the first of each chorale. Of the test chorales it is 8.7 for the recurrent
// network of Boulanger-Lewandowski et al. (ICML 2012), 8.4 for LSTM and GRU and 8.1 for the temporal convolutional network
// of Bai et al. (2018, arXiv:1803.01271), which `convolutional` below follows, and to which it adds a memory of the piece.

import {
  afterEpochs,
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
          { name: 'rnn', hidden: choice([[200], [200, 200]]), spectralRadius: choice([0.5, 0.7]) },
          { name: 'lstm', hidden: choice([[200]]), spectralRadius: choice([0.5, 0.7]) },
          { name: 'gru', hidden: choice([[200]]), spectralRadius: choice([0.5, 0.7]) },
          { name: 'convolutional', units: choice([150, 200]), blocks: 2, kernel: 3, context: choice([3, 4]) },
        ]),
        dropout: choice([0.4, 0.5]),
        batchSize: choice([1, 4]),
        epochs: choice([40, 45]),
        optimizer: {
          name: 'adam',
          learningRate: logUniform(1e-3, 2e-3),
          clipNorm: choice([0.1, 0.4]),
          averageDecay: choice([0.998, 0.999]),
        },
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
        ...pars.optimizer,
        learningRate: { name: 'cosine', from: pars.optimizer.learningRate, to: 0, steps },
      },
      batchSize: pars.batchSize,
      pause: everyEpochs(2),
      stop: afterEpochs(pars.epochs),
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
  /** How many steps a moment is known again by. */
  readonly context: number;
}

interface Recurrent {
  readonly name: 'rnn' | 'lstm' | 'gru';
  readonly hidden: readonly number[];
  /** Of the weights from one step to the next, in the beginning: the smaller, the sooner the past is forgotten. */
  readonly spectralRadius: number;
}

function networkOf({ network, dropout }: { network: Convolutional | Recurrent; dropout: number }): Model {
  if (network.name === 'convolutional') return convolutional(network, dropout);
  const recurrent = { rnn, lstm, gru }[network.name];
  return recurrent({
    inputs: KEYS,
    outputs: KEYS,
    hidden: network.hidden,
    dropout,
    loss: 'binaryCrossEntropy',
    recurrentInitializer: { name: 'spectralRadius', radius: network.spectralRadius },
  });
}

/**
 * Blocks of two convolutions that see the past alone, each block added to what it is given. As chorales repeat their phrases,
 * the network also recalls: what sounded after each moment so far counts as much as the chords before were like the latest
 * ones (Grave, Joulin & Usunier, "Improving neural language models with a continuous cache", ICLR 2017, arXiv:1612.04426).
 */
function convolutional({ units, blocks, kernel, context }: Convolutional, dropout: number): Model {
  return model((site) => {
    const [n = 1, steps = 1] = site.input.shape;
    // With time first, [steps n, c], a step is one piece of memory.
    const timeFirst = (x: Node): Node => ops.reshape(ops.swapMiddleAxes(x), [steps * n, x.shape.at(-1) ?? 1]);
    const batchFirst = (x: Node): Node => ops.swapMiddleAxes(ops.reshape(x, [1, steps, n, x.shape.at(-1) ?? 1]));
    const delayed = (x: Node, by: number): Node => {
      const c = x.shape.at(-1) ?? 1;
      const none = ops.multiply(ops.slice(x, 0, [by * n, c]), 0);
      return ops.reshape(ops.concatenate([none, ops.slice(x, 0, [(steps - by) * n, c])]), x.shape);
    };
    /** Each of so many steps of the past, `dilation` steps apart, through weights of its own. */
    const taps = (name: string, x: Node, count: number, dilation: number, std: number): Node[] =>
      Array.from({ length: count }, (_, i) => {
        const shape = [x.shape.at(-1) ?? 1, units];
        const seen = ops.matmul(x, site.parameter(`${name}.weight${i}`, shape, { name: 'normal', std }));
        return i === 0 ? seen : delayed(seen, i * dilation);
      });
    const summed = (parts: readonly Node[]): Node => parts.reduce((sum, part) => ops.add(sum, part));
    const activated = (name: string, x: Node): Node => layers.dropout(site, `${name}/dropout`, ops.relu(x), dropout);
    const convolution = (name: string, x: Node, dilation: number): Node => {
      const seen = taps(name, x, kernel, dilation, Math.sqrt(2 / (kernel * (x.shape.at(-1) ?? 1))));
      return activated(name, summed([site.parameter(`${name}.bias`, [units], 'zeros'), ...seen]));
    };

    const roll = timeFirst(ops.reshape(site.input, [1, n, steps, KEYS]));
    let x = roll;
    for (let i = 0; i < blocks; i++) {
      const branch = convolution(`block${i}.second`, convolution(`block${i}.first`, x, 2 ** i), 2 ** i);
      const skip = i === 0 ? ops.matmul(x, site.parameter('skip.weight', [KEYS, units])) : x;
      x = ops.relu(ops.add(skip, branch));
    }

    const heads = (x: Node): Node => ops.reshape(batchFirst(x), [n, 1, steps, x.shape.at(-1) ?? 1]);
    // So wide that from the first step on like contexts stand out.
    const moments = summed(taps('context', roll, context, 1, 0.25));
    const likeness = layers.attentionWeights(heads(moments), heads(delayed(moments, 1)), { causal: true });
    const heard = timeFirst(ops.reshape(ops.batchMatmul(likeness, heads(roll)), [1, n, steps, KEYS]));
    const blend = ops.add(
      layers.dense(site, 'blend', x, { outputs: units, weight: 'he' }),
      ops.matmul(heard, site.parameter('heard.weight', [KEYS, units], 'he')),
    );
    const output = layers.dense(site, 'output', activated('blend', blend), { outputs: KEYS });
    return site.loss('binaryCrossEntropy', ops.reshape(batchFirst(output), [n, steps, KEYS]));
  });
}
