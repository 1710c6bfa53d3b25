// Loads experiment modules, in TypeScript or JavaScript, as they are. `alchemie` in them is the very copy that runs
// this command, wherever the module lies.

import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { closest } from '../closest.ts';
import { UserError } from '../errors.ts';
import { type Experiment, experimentFunctions } from '../experiment.ts';
import { jiti } from './installation.ts';
import { messageOf } from './message.ts';

export async function loadExperiment(path: string): Promise<Experiment> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UserError(`${path}: there is no such module; give the path of the experiment`);
  if (!statSync(file).isFile()) throw new UserError(`${path}: is not a file; give the experiment's module first`);
  const { createJiti } = jiti();
  const alchemie = telling(await import('../index.ts'));
  const load = createJiti(import.meta.url, {
    // Interoperation with CommonJS by proxies makes every call of an imported function slow.
    interopDefault: false,
    tsconfigPaths: true,
    fsCache: cacheDirectory(),
    virtualModules: { alchemie },
  });
  const namespace = await load.import<unknown>(file).catch((error: unknown) => {
    throw new UserError(`${path}: could not be loaded: ${messageOf(error)}`);
  });
  return asExperiment(path, namespace);
}

/**
 * A namespace that tells misspelt names, as Node.js does at imports that need no translation; of others it is looked up
 * whether they are there. What it has stays as quick as before: only what is missing is looked up in the prototype.
 */
function telling(namespace: object): object {
  const names = Object.keys(namespace);
  const missing = new Proxy(Object.prototype, {
    get: (target, name) => {
      const meant = typeof name === 'symbol' || name in target ? undefined : closest(name, names);
      if (meant === undefined) return Reflect.get(target, name);
      throw new Error(`alchemie: exports no '${String(name)}'; did you mean '${meant}'?`);
    },
  });
  return Object.assign(Object.create(missing), namespace);
}

/**
 * Where translated modules are kept: not in node_modules or the home directory, which may be slow or read-only on a
 * cluster's node. What lies there is executed, so nobody else may be able to write to it; else there is none.
 */
function cacheDirectory(): string | false {
  // The name of the user is not asked for: in a container the user may have none.
  const user = process.getuid?.();
  const directory = join(tmpdir(), user === undefined ? 'alchemie' : `alchemie-${user}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (user === undefined) return directory;
    const { mode, uid } = lstatSync(directory);
    const isOwn = uid === user && (mode & 0o022) === 0 && lstatSync(directory).isDirectory();
    return isOwn ? directory : false;
  } catch {
    return false;
  }
}

/** The module's default export or the module itself, if it has the five functions. */
function asExperiment(path: string, namespace: unknown): Experiment {
  const fallback = isObject(namespace) && isObject(namespace.default) ? namespace.default : undefined;
  const candidate = fallback ?? namespace;
  if (isExperiment(candidate)) return candidate;
  const missing = experimentFunctions.filter((name) => !(isObject(candidate) && typeof candidate[name] === 'function'));
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
