// The initializers.

export { constants } from './constants.ts';
export { glorot } from './glorot.ts';
export { he } from './he.ts';
export { lecun } from './lecun.ts';
export { normal } from './normal.ts';
export { orthogonal } from './orthogonal.ts';
export { sparse } from './sparse.ts';
export { spectralRadius } from './spectralRadius.ts';
export { uniform } from './uniform.ts';
export { values } from './values.ts';
export { zeros } from './zeros.ts';
