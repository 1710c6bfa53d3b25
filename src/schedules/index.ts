// The schedules.

export { constant } from './constant.ts';
export { cosine } from './cosine.ts';
export { exponential } from './exponential.ts';
export { linear } from './linear.ts';
export { step } from './step.ts';
export { sutskeverBlend } from './sutskeverBlend.ts';
