// Errors that are the user's or the disk's and no bugs: shown as their one sentence, without a stack.

export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** What the process exits with: 1 the experiment failed, 2 usage or configuration, 5 somebody else runs it, 74 the disk. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What the process exits with when the disk is full or fails, as *sysexits.h* has it; running again continues. */
export const DISK = 74;

/** What the process exits with when another one is the writer of a trial. */
export const LOCKED = 5;

/** Another process is the writer of a trial, or has become it. */
export class LockError extends UserError {
  override readonly name: string = 'LockError';
  /** The other one, as in `process 1234 on host x`. */
  readonly holder: string;

  constructor(message: string, holder: string) {
    super(message, LOCKED);
    this.holder = holder;
  }
}

/** What is to be continued has changed since: whoever accepts that can continue all the same. */
export class ChangedError extends UserError {
  override readonly name: string = 'ChangedError';
}

/** A text of foreign origin made short and harmless, to be quoted in an error. */
export function quote(text: string): string {
  return text.slice(0, 60).replace(/[\p{C}\p{Z}]/gu, ' ');
}

/** What kind of value something is, in the words of an error: `undefined`, `a list`, `an instance of Map`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Object.getPrototypeOf(value) === null) return 'an object';
  const name: unknown = Reflect.get(value, 'constructor')?.name;
  if (typeof name !== 'string' || name === '') return 'an instance of an unknown class';
  if (name === 'Array') return 'a list';
  return name === 'Object' ? 'an object' : `an instance of ${name}`;
}
