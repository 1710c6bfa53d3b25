// A worker of the page: one of them keeps the files, the others train. Answers calls by name.

import { ChangedError, LockError, storeDatasetFile } from 'alchemie/browser';
import { describe, look, predict } from './look.ts';
import type { Answer, Call, Calls } from './messages.ts';
import { pace, pause, run } from './run.ts';
import { create, files, fork, listSets, locationOf, openByName, openSet, pack, unpack } from './sets.ts';

type Handlers = {
  readonly [Name in keyof Calls]: (
    ...args: Parameters<Calls[Name]>
  ) => Awaited<ReturnType<Calls[Name]>> | Promise<ReturnType<Calls[Name]>>;
};

/** What gives numbers to configurations: two tabs must not give the same. A page without locks cannot train either. */
function oneTabAtATime<Args extends unknown[], Made>(add: (...args: Args) => Promise<Made>) {
  return async (...args: Args): Promise<Made> =>
    navigator.locks ? navigator.locks.request('alchemie: new configurations', () => add(...args)) : add(...args);
}

function handlers(id: number): Handlers {
  return {
    describe,
    open: openSet,
    openByName,
    sets: listSets,
    create: oneTabAtATime(create),
    fork: oneTabAtATime(fork),
    remove: async (name) => (await locationOf(name)).remove(),
    look,
    predict,
    pack,
    unpack: oneTabAtATime(unpack),
    storeData: storeDatasetFile,
    storage: async () => ({ kind: (await files()).kind }),
    run: (order) =>
      run(order, {
        progressed: (progress) => answer({ id, progress }),
        noticed: (notice) => answer({ id, notice }),
      }),
    pause,
    pace,
  };
}

function answer(message: Answer): void {
  postMessage(message);
}

async function call({ id, name, args }: Call): Promise<void> {
  try {
    const value: unknown = await Reflect.apply(handlers(id)[name], undefined, args);
    answer({ id, value });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ id, error: message, isLocked: error instanceof LockError, isChanged: error instanceof ChangedError });
  }
}

addEventListener('message', ({ data }: MessageEvent<Call>) => void call(data));

// What is sent before the core has been fetched would not be heard.
answer({ isReady: true });
