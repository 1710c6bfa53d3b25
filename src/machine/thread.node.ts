// What a thread runs that team.node.ts has started: instructions, for ever.

import { workerData } from 'node:worker_threads';
import { instantiate } from './wasm.ts';

const { core: module, extension, memory, thread } = workerData;
const core = instantiate(module, memory);
core.extend(extension);
core.serve(thread);
