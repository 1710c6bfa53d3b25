// Runs benchmarks: npm run bench [-- matmul step …] [-- --json]. Each validates its results, then times, then prints
// one table, or with --json one line per result.

import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import * as create from './create.ts';
import * as elementwise from './elementwise.ts';
import * as growth from './growth.ts';
import * as instructions from './instructions.ts';
import * as laboratory from './laboratory.ts';
import * as many from './many.ts';
import * as matmul from './matmul.ts';
import type { Result } from './measure.ts';
import * as models from './models.ts';
import * as pool from './pool.ts';
import * as predict from './predict.ts';
import * as snapshot from './snapshot.ts';
import * as startup from './startup.ts';
import * as step from './step.ts';
import { table } from './table.ts';

const benchmarks: Readonly<Record<string, { readonly run: () => Result[] | Promise<Result[]> }>> = {
  matmul,
  elementwise,
  step,
  growth,
  instructions,
  models,
  predict,
  snapshot,
  startup,
  create,
  many,
  pool,
  laboratory,
};

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const machine = { node: process.version, cpu: cpus()[0]?.model.trim() ?? 'unknown' };
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
if (unknown !== undefined) {
  console.error(`bench: unknown name, got '${unknown}'; known are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}

if (!values.json) {
  const load = `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
  console.log(`${machine.cpu}, Node.js ${machine.node}, ${new Date().toISOString().slice(0, 10)}, ${load}`);
}
for (const name of names) {
  const results = (await benchmarks[name]?.run()) ?? [];
  if (values.json)
    for (const result of results) console.log(JSON.stringify({ benchmark: name, ...result, ...machine }));
  else console.log(`\n${name}\n${table(results)}`);
}
