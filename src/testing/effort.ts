// What a process takes of the machine, whatever else runs there.

/** Tells at the end how much memory, and how many microseconds of the processor, a process took. */
const meter = `process.on('exit', () => {
  const { maxRSS, userCPUTime } = process.resourceUsage();
  process.stderr.write('KiB ' + maxRSS + ' µs ' + userCPUTime);
})`;

export interface Effort {
  /** Of the processor, without the system's part: what that takes depends on what has just been removed from the disk. */
  readonly seconds: number;
  /** Largest resident memory. */
  readonly mebibytes: number;
}

/** For processes that are to tell. */
export const metered = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(meter)}` };

/** What a process has told; undefined if it was killed. */
export function effortIn(stderr: string): Effort | undefined {
  const [, kibibytes, microseconds] = /KiB (\d+) µs (\d+)/.exec(stderr) ?? [];
  return kibibytes === undefined
    ? undefined
    : { seconds: Number(microseconds) / 1e6, mebibytes: Number(kibibytes) / 1024 };
}
