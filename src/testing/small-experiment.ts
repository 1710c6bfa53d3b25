// The source of a small experiment in JavaScript, any part of which can be replaced by another, right or wrong one.

const parts = {
  head: "import { afterSteps, everySteps, mlp, tensor, Trainer } from 'alchemie';",
  preamble: "(job) => '/* job ' + job + ' */'",
  drawPars: '(n) => Array.from({ length: n }, () => ({ hidden: [3], optimizer: { name: "sgd", learningRate: 0.1 } }))',
  split: '[tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), tensor([[0], [1], [1], [0]])]',
  loadData: '() => ({ train: split, val: split })',
  model: "{ inputs: 2, outputs: 1, activation: 'tanh', loss: 'binaryCrossEntropy' }",
  newTrainer: `(pars, data, { seed }) => {
    const options = { seed, optimizer: pars.optimizer, pause: everySteps(50), stop: afterSteps(200) };
    return new Trainer({ model: mlp({ ...model, hidden: pars.hidden }), data, ...options, ...pars.more });
  }`,
  makeReport: '(pars, trainer, data) => ({ valLoss: trainer.score(data.val) })',
};

export type Parts = Readonly<Partial<Record<keyof typeof parts, string | undefined>>>;

/** An undefined part is left out. */
export function smallExperiment(changes: Parts = {}): string {
  const { head, split, model, ...functions } = { ...parts, ...changes };
  const members = Object.entries(functions).flatMap(([name, source]) =>
    source === undefined ? [] : [`  ${name}: ${source},\n`],
  );
  return `${head}\nconst split = ${split};\nconst model = ${model};\nexport default {\n${members.join('')}};\n`;
}

/** A configuration for it. */
export const smallConfiguration =
  "export const pars = { hidden: [3], optimizer: { name: 'sgd', learningRate: 0.1 } };\n\nexport const seed = 5;\n";
