// Times one peer at one work: node time.mjs <peer> <work> <optimizer> <seconds>. Prints { "stepsPerSecond" }.

import { work } from './works.mjs';

const [peer, name, optimizer, seconds] = process.argv.slice(2);
const { train } = await import(`./${peer}.mjs`);
const training = train(work(name), optimizer);

await training.steps(1);
const first = training.loss();
// As many steps at a time as take about a tenth of a second.
let count = 1;
for (let elapsed = 0; elapsed < 50; ) {
  const started = performance.now();
  await training.steps(count);
  elapsed = performance.now() - started;
  if (elapsed < 50) count = Math.ceil((count * 100) / Math.max(elapsed, 1));
}
const rates = [];
let total = 0;
const until = performance.now() + 1000 * Number(seconds);
while (performance.now() < until) {
  const started = performance.now();
  const made = await training.steps(count);
  total += made;
  rates.push((1000 * made) / (performance.now() - started));
}
const last = training.loss();
// A handful of steps of the slowest proves nothing.
if (total >= 20 && !(last < first))
  throw new Error(`${peer}: does not learn ${name}, its loss went from ${first} to ${last}`);
rates.sort((a, b) => a - b);
console.log(JSON.stringify({ stepsPerSecond: rates[Math.floor(rates.length / 2)] }));
