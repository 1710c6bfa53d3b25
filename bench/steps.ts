// Some training steps as a process of their own, whose instructions are counted: node steps.js <name> <steps>

import { everySteps } from '../src/index.ts';
import { nets } from './instructions.ts';

const [name = '', steps = ''] = process.argv.slice(2);
// Training is cut into slices by the clock, which goes on differently in every run.
performance.now = () => 0;
const training = nets[name]?.make(everySteps(Number(steps)));
if (!training) throw new Error(`steps: unknown name, got '${name}'; known are ${Object.keys(nets).join(', ')}`);
await training.trainer.fit({ logged: () => process.exit() });
