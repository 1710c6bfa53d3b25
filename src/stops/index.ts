// The criteria: when to stop for good, when to pause and look, when to give way.

export { afterEpochs } from './afterEpochs.ts';
export { afterSeconds } from './afterSeconds.ts';
export { afterSteps } from './afterSteps.ts';
export { all } from './all.ts';
export { always } from './always.ts';
export { any } from './any.ts';
export { converged } from './converged.ts';
export { everyEpochs } from './everyEpochs.ts';
export { everySteps } from './everySteps.ts';
export { isNaN } from './isNaN.ts';
export { never } from './never.ts';
export { notBetterThanAfter } from './notBetterThanAfter.ts';
export { onSignal } from './onSignal.ts';
export { patience } from './patience.ts';
export { rising } from './rising.ts';
