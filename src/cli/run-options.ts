// What `alc run` understands, for one configuration and for many.

export interface RunOptions {
  readonly jobs?: string;
  readonly data?: string;
  readonly timeLimit?: string;
  readonly checkpointEvery?: string;
  readonly acceptChanged?: boolean;
  readonly wait?: boolean;
  readonly printProgram?: boolean;
  readonly json?: boolean;
}

/** Exit code of a run that was interrupted and can be continued; schedulers requeue on it. */
export const INTERRUPTED = 9;

/** The options of a run of many that hold for every single one. */
export function passedOn({ data, timeLimit, checkpointEvery, acceptChanged, wait, json }: RunOptions): string[] {
  return [
    ...(data === undefined ? [] : ['--data', data]),
    ...(timeLimit === undefined ? [] : ['--time-limit', timeLimit]),
    ...(checkpointEvery === undefined ? [] : ['--checkpoint-every', checkpointEvery]),
    ...(acceptChanged ? ['--accept-changed'] : []),
    ...(wait ? ['--wait'] : []),
    ...(json ? ['--json'] : []),
  ];
}
