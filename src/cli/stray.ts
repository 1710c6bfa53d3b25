// Errors that nobody waits for: thrown in a timer, in a promise that was let go, or never thrown because a promise never
// settles. They end the innermost piece of work that is under way, for it is what they belong to.

import { UserError } from '../errors.ts';
import { messageOf } from './message.ts';
import { tell } from './print.ts';

let end: (error: UserError) => void = () => {};

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    end(new UserError(`an error was not handled: ${messageOf(error)}`, 1, { cause: error }));
  });
}

// Nothing is left that could go on, and yet the work is not done.
process.on('beforeExit', () => {
  end(new UserError('waits for a promise that nothing will ever settle; look for one that is awaited', 1));
});

/** Pieces of work under way. */
let depth = 0;

// Somebody else's code has left the process; to Node.js that is a success.
process.on('exit', (code) => {
  if (depth === 0 || code !== 0) return;
  process.exitCode = 1;
  tell('alc: ended before it was done; look for process.exit in the module');
});

/** The result of a piece of work, or a rejection as soon as there is a stray error. */
export async function withStrayErrors<T>(where: string, work: () => Promise<T>): Promise<T> {
  const outer = end;
  depth++;
  try {
    return await new Promise<T>((resolve, reject) => {
      end = ({ message, exitCode, cause }) => reject(new UserError(`${where}: ${message}`, exitCode, { cause }));
      work().then(resolve, reject);
    });
  } finally {
    end = outer;
    depth--;
  }
}
