// The models.

export { mlp } from './mlp.ts';
