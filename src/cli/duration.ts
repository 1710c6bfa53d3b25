// Durations on the command line: `55m`, `1.5h`, `30s`, `200ms`, `2d`; a bare number means seconds.

import { UserError } from '../errors.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns milliseconds */
export function parseDuration(option: string, text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const milliseconds = Number(number) * (MILLISECONDS[unit] ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return milliseconds;
  throw new UserError(`${option}: not a duration, got '${text}'; write 55m, 1.5h, 30s or 200ms`);
}

/** `7 ms`, `0.6 s`, `55.0 s`, `12 min`, `3.4 h`. */
export function showSeconds(seconds: number): string {
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
