// Brings parts up to date frame by frame, so that none keeps the page from answering.

/** Milliseconds of a frame that are spent; the browser needs the others. */
const SPENT = 10;

export interface Frames<T> {
  /** Gives the newest state to all, one after the other, from the first; those that still wait for an older one never see it. */
  readonly give: (state: T) => void;
  /** The same at once. */
  readonly giveNow: (state: T) => void;
}

/** @param told when there begins to be something to do, and when everything is done */
export function inFrames<T>(
  parts: readonly { readonly update: (state: T) => void }[],
  told: (isBusy: boolean) => void,
): Frames<T> {
  let waiting: (() => void)[] = [];
  let isRunning = false;

  function give(state: T): void {
    waiting = parts.map((part) => () => part.update(state));
    told(true);
    if (!isRunning) run();
  }

  function run(): void {
    const start = performance.now();
    do waiting.shift()?.();
    while (waiting.length > 0 && performance.now() - start < SPENT);
    isRunning = waiting.length > 0;
    if (isRunning) requestAnimationFrame(run);
    else told(false);
  }

  function giveNow(state: T): void {
    waiting = [];
    for (const part of parts) part.update(state);
  }

  return { give, giveNow };
}
