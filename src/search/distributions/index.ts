// The distributions.

export { choice } from './choice.ts';
export { int } from './int.ts';
export { logUniform } from './logUniform.ts';
export { normal } from './normal.ts';
export { uniform } from './uniform.ts';
