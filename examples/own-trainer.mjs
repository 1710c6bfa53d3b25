// Any trainer will do: here a plane is fitted to points by least mean squares, in plain JavaScript.
//
// What brings its own trainer gets the rest all the same: configurations, interruption at any instant and continuation
// bit for bit, checkpoints, the log, reports and comparison. It must be able to do the few things that `Trainable` asks
// for: train until it is done or is asked to come back, take a snapshot of everything that training changes, take one up
// again, and switch to its best parameters for a while.

import { choice, defineExperiment, logUniform, sample, tensor } from 'alchemie';

class LeastMeanSquares {
  log = [];
  step = 0;
  bestLoss = Number.POSITIVE_INFINITY;
  stopped = false;

  constructor({ learningRate, steps, pause, data }) {
    Object.assign(this, { learningRate, steps, pause, data });
    const [input] = data.train;
    this.parameters = new Float32Array(input.shape[1]);
    this.best = this.parameters.slice();
  }

  async fit({ logged, between } = {}) {
    while (!this.stopped) {
      for (let i = 0; i < this.pause; i++) this.update();
      this.look(logged);
      // Signals are heard only when the event loop turns; a resolved promise would not do.
      await new Promise(setImmediate);
      if (!this.stopped && (await between?.())) return;
    }
  }

  /** One row after the other: which one is a function of the step, so there is nothing else to remember. */
  update() {
    const [input, target] = this.data.train;
    const row = this.step % target.data.length;
    const error = this.predict(input, row) - target.data[row];
    const start = row * this.parameters.length;
    for (let i = 0; i < this.parameters.length; i++) {
      this.parameters[i] -= this.learningRate * error * input.data[start + i];
    }
    this.step += 1;
  }

  look(logged) {
    const valLoss = this.score(this.data.val);
    if (valLoss < this.bestLoss) {
      this.bestLoss = valLoss;
      this.best.set(this.parameters);
    }
    const info = { step: this.step, trainLoss: this.score(this.data.train), valLoss, bestLoss: this.bestLoss };
    this.log.push(info);
    logged?.(info);
    this.stopped = this.step >= this.steps;
  }

  predict(input, row) {
    const start = row * this.parameters.length;
    return this.parameters.reduce((sum, parameter, i) => sum + parameter * input.data[start + i], 0);
  }

  score([input, target]) {
    const errors = target.data.map((value, row) => this.predict(input, row) - value);
    return errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  }

  /** Everything that training changes, as tensors; the log is kept by others. */
  snapshot() {
    return new Map([
      ['step', tensor(Int32Array.of(this.step), [])],
      ['parameters', tensor(this.parameters.slice())],
      ['best', tensor(this.best.slice())],
    ]);
  }

  restore(snapshot, log) {
    [this.step] = snapshot.get('step').data;
    this.parameters.set(snapshot.get('parameters').data);
    this.best.set(snapshot.get('best').data);
    this.log = [...log];
    this.bestLoss = this.log.at(-1)?.bestLoss ?? Number.POSITIVE_INFINITY;
    this.stopped = this.step >= this.steps;
  }

  async withBest(use) {
    const last = this.parameters.slice();
    this.parameters.set(this.best);
    try {
      return await use();
    } finally {
      this.parameters.set(last);
    }
  }
}

export default defineExperiment({
  preamble: (jobIndex) => `/* A plane, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample({ learningRate: logUniform(1e-3, 1e-1), steps: choice([20_000]), pause: choice([1000]) }, n, context),

  loadData() {
    // Points on the plane z = 3 x - 2 y + 1, with a little noise that repeats itself.
    const points = (rows, from) => {
      const input = Array.from({ length: rows }, (_, i) => [((i * 7 + from) % 23) / 23, ((i * 5) % 19) / 19, 1]);
      const noise = (i) => ((i % 5) - 2) / 50;
      return [tensor(input), tensor(input.map(([x, y], i) => [3 * x - 2 * y + 1 + noise(i)]))];
    };
    return { train: points(100, 0), val: points(40, 3), test: points(40, 11) };
  },

  newTrainer: (pars, data) => new LeastMeanSquares({ ...pars, data }),

  makeReport: (_pars, trainer, data) => ({ parameters: trainer.parameters, testLoss: trainer.score(data.test) }),
});
