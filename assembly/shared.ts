// The machine for several threads over one memory: each has an instance of it, and a list of instructions of its own.

export * from './index';
export { barrier, fork, serve } from './team';
