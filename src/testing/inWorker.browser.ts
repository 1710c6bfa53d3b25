// What tests call in a worker of a browser, by name: see chromium.ts.

import { tensor } from '../data/tensor.ts';
import { LockError, UserError } from '../errors.ts';
import { databaseFiles } from '../files/databaseFiles.browser.ts';
import type { Files } from '../files/files.ts';
import { openFiles } from '../files/open.browser.ts';
import { privateFiles } from '../files/privateFiles.browser.ts';
import { hex } from '../storage/checkpoint.ts';
import { sha256 } from '../storage/sha256.browser.ts';
import { TrialInBrowser } from '../storage/trial.browser.ts';
import { fixedProgram } from './fixedProgram.ts';
import { smallTrial } from './smallTrial.ts';

type Kind = 'private' | 'database';

async function filesOf(kind: Kind): Promise<Files> {
  const files = await (kind === 'private' ? privateFiles() : databaseFiles());
  if (!files) throw new Error(`there are no ${kind} files`);
  return files;
}

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

/** The message of a UserError and its code; anything else is thrown. */
async function failureOf(deed: () => unknown): Promise<string> {
  try {
    await deed();
    return 'none';
  } catch (error) {
    if (error instanceof UserError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
}

/** SHA-256 of every file of a trial but run.json, by name. */
async function hashes(files: Files, path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await files.list(path))
    found[name] = hex(sha256([(await files.read(`${path}/${name}`)) ?? bytes('')]));
  return found;
}

const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  /** SHA-256 of the state after the fixed program. */
  fixedProgram: async () => hex(sha256([await fixedProgram()])),

  kindOfFiles: async () => (await openFiles()).kind,

  async files(kind: Kind) {
    const files = await filesOf(kind);
    await files.write('a/b/one', [bytes('long '), bytes('text')]);
    await files.write('a/b/one', [bytes('short')]);
    await files.write('a/b/two', []);
    await files.write('a/b1', [bytes('x')]);
    await files.rename('a/b/one', 'three');
    const found = [await files.list('a'), await files.list('a/b'), await files.list('none')];
    const read = [
      text(await files.read('a/b/three')),
      text(await files.read('a/b/two')),
      (await files.read('a/b/one')) ?? null,
    ];
    await files.remove('a/b');
    await files.remove('a/b');
    return { found, read, left: [await files.list('a/b'), await files.list('a')] };
  },

  /** Interrupted, damaged, continued; and at once. */
  async trial(kind: Kind) {
    const files = await filesOf(kind);
    const run = async (path: string, until?: number) => {
      const trial = new TrialInBrowser(files, path);
      try {
        return await smallTrial(trial, sha256, until);
      } finally {
        trial.close();
      }
    };
    const whole = await run('t/whole');
    await run('t/cut', 90);
    await run('t/cut', 211);
    await files.write('t/cut/.tmp-left', [bytes('x')]);
    const newest = (await files.read('t/cut/checkpoint-2.safetensors')) ?? bytes('');
    newest[newest.length - 40] = (newest[newest.length - 40] ?? 0) ^ 1;
    await files.write('t/cut/checkpoint-2.safetensors', [newest]);
    const cut = await run('t/cut');
    const names = await files.list('t/cut');
    const log = text(await files.read('t/cut/log.jsonl')) === text(await files.read('t/whole/log.jsonl'));
    return {
      sha256: [whole.sha256, cut.sha256],
      fromStep: cut.fromStep,
      names,
      log,
      whole: await hashes(files, 't/whole'),
    };
  },

  /** Holds the lock for as long as the worker lives. */
  async lock(path: string) {
    const trial = new TrialInBrowser(await openFiles(), path);
    try {
      await trial.acquire();
      await trial.acquire();
      return 'acquired';
    } catch (error) {
      if (error instanceof LockError) return error.message;
      throw error;
    }
  },

  /** Writes checkpoints until there is no more space. */
  async fill(kind: Kind) {
    const files = await filesOf(kind);
    const trial = new TrialInBrowser(files, 'full');
    await trial.readLog();
    const metadata = { alchemie: '0', wasm: 'w', program: 'p', module: 'm', data: 'd', pars: '{}', lineage: [] };
    const write = (step: number, size: number) =>
      trial.writeCheckpoint(new Map([['w', tensor(new Float32Array(size).fill(step))]]), { ...metadata, step });
    await write(1, 1000);
    const failure = await failureOf(() => write(2, 1e7));
    const { checkpoint } = await trial.newestCheckpoint();
    return { failure, step: checkpoint?.metadata.step, names: await files.list('full') };
  },
};

addEventListener('message', async ({ data: { name, args } }) => {
  try {
    const call = functions[name];
    if (!call) throw new Error(`there is no function ${name}`);
    postMessage({ value: await Reflect.apply(call, undefined, args) });
  } catch (error) {
    postMessage({ error: String(error instanceof Error ? error.stack : error) });
  }
});

// What is sent before the core has been fetched would not be heard.
postMessage({ isReady: true });
