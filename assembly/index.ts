// The registry of the machine: a kernel exists because it is exported here.

export * from './run';
export * from './map';
