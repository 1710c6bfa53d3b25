// Numbers for people; the exact one is always at hand beside it.

import { showNumber } from '../reports/showNumber.ts';
import { h } from './dom.ts';

/** For ticks and labels: as short as it can be. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    return Number(value.toPrecision(3)).toExponential().replace('e+', 'e').replaceAll('-', '−');
  }
  return String(Number(value.toPrecision(4))).replaceAll('-', '−');
}

/** As it is if that is short, else six significant digits; the element's `value` and its title are the number itself. */
export function exact(value: number): HTMLDataElement {
  const text = String(value);
  return h('data', { value: text, title: text }, text.length <= 8 ? text : showNumber(value));
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** With thin spaces between thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 100) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Number((seconds / 3600).toPrecision(3))} h`;
}
