// Errors that are the user's or the disk's and no bugs: shown as their one sentence, without a stack.

export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** What the process exits with: 1 the experiment failed, 2 usage, configuration or disk. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A text of foreign origin made short and harmless, to be quoted in an error. */
export function quote(text: string): string {
  return text.replace(/[\p{C}\p{Z}]/gu, ' ').slice(0, 60);
}
