// Loads experiment modules, in TypeScript or JavaScript, as they are. `alchemie` in them is the very copy that runs
// this command, wherever the module lies.

import { existsSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Experiment, experimentFunctions } from '../experiment.ts';
import * as alchemie from '../index.ts';

export async function loadExperiment(path: string): Promise<Experiment> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UserError(`${path}: there is no such module; give the path of the experiment`);
  if (!statSync(file).isFile()) throw new UserError(`${path}: is not a file; give the experiment's module first`);
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    // Interoperation with CommonJS by proxies makes every call of an imported function slow.
    interopDefault: false,
    tsconfigPaths: true,
    // Not in node_modules or the home directory, which may be slow or read-only on a cluster's node.
    fsCache: join(tmpdir(), `alchemie-${userInfo().uid}`),
    virtualModules: { alchemie },
  });
  const namespace = await jiti.import<unknown>(file).catch((error: unknown) => {
    throw new UserError(`${path}: could not be loaded: ${messageOf(error, file)}`);
  });
  return asExperiment(path, namespace);
}

/** The module's default export or the module itself, if it has the five functions. */
function asExperiment(path: string, namespace: unknown): Experiment {
  const fallback = isObject(namespace) && isObject(namespace.default) ? namespace.default : undefined;
  const candidate = fallback ?? namespace;
  if (isExperiment(candidate)) return candidate;
  const missing = experimentFunctions.filter(
    (name) => !(isObject(candidate) && typeof candidate[name] === 'function'),
  );
  throw new UserError(
    `${path}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; ` +
      'export them, or export default defineExperiment({ … }) with all five',
  );
}

function isExperiment(value: unknown): value is Experiment {
  return isObject(value) && experimentFunctions.every((name) => typeof value[name] === 'function');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What was thrown, and the line of the user's file where it was, if that is known. */
export function messageOf(error: unknown, file?: string): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.trim();
  const place = file && placeIn(error.stack ?? '', file);
  return place && !message.includes(place) ? `${message} (${place})` : message;
}

/** `experiment.ts:12:5`, from the first frame of a stack that is in `file`. */
function placeIn(stack: string, file: string): string | undefined {
  const at = stack.indexOf(`${file}:`);
  if (at < 0) return undefined;
  const [, position] = /^:(\d+(?::\d+)?)/.exec(stack.slice(at + file.length)) ?? [];
  return position && `${relative(process.cwd(), file)}:${position}`;
}
