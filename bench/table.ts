// Results as a table for people: a row per name, a column per unit.

import type { Result } from './measure.ts';

export function table(results: readonly Result[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const units = [...new Set(results.map(({ unit }) => unit))];
  const rows = names.map((name) => {
    const own = results.filter((result) => result.name === name);
    const noise = own.find((result) => result.noise !== undefined)?.noise;
    const goal = own.find((result) => result.goal !== undefined);
    return [
      name,
      ...units.map((unit) => show(own.find((result) => result.unit === unit)?.value)),
      noise === undefined ? '' : `± ${Math.ceil(100 * noise)} %`,
      goal ? `below ${goal.goal} ${goal.unit}: ${goal.value < (goal.goal ?? 0) ? 'reached' : 'MISSED'}` : '',
    ];
  });
  const all = [['', ...units, 'noise', 'goal'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === row.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** Three digits, all of them in whole numbers. */
function show(value: number | undefined): string {
  if (value === undefined) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
