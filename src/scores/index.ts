// The scores.

export { accuracy } from './accuracy.ts';
