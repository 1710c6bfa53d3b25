// The printers of an info.

export { jsonLine } from './jsonLine.ts';
export { oneLine } from './oneLine.ts';
export { silent } from './silent.ts';
