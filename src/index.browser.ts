// What a page needs besides the library to run experiments in its workers: `import … from 'alchemie/browser'`.

export { coreBytes } from '#wasm';
export { datasetFiles, storeDatasetFile, storedDatasetFiles } from './data/datasets.browser.ts';
export { readZip } from './data/zip.ts';
export { ChangedError, LockError, UserError } from './errors.ts';
export type { Files } from './files/files.ts';
export { openFiles } from './files/open.browser.ts';
export { toLiteral } from './literal.ts';
export { parseLiteral } from './parseLiteral.ts';
export { Distribution } from './search/distribution.ts';
export { Choice } from './search/distributions/choice.ts';
export { type CheckpointMetadata, hex } from './storage/checkpoint.ts';
export { configurationSeed } from './storage/configuration.ts';
export { type Json, numberFrom } from './storage/json.ts';
export { LocationInBrowser, type NewTrial, type TrialInLocation } from './storage/location.browser.ts';
export { sha256 } from './storage/sha256.browser.ts';
export { TrialInBrowser } from './storage/trial.browser.ts';
export { RunRecord } from './trial/record.ts';
export { type Outcome, prepare, runTrial } from './trial.ts';
