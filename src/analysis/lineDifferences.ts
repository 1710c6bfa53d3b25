// How one text becomes another, line by line.

/** Lines that both have are not told beyond this many next to a change. */
const CONTEXT = 2;

/** Of longer middles all lines are told as gone and new: the table would take gigabytes. */
const MOST_CELLS = 2 ** 24;

/**
 * The lines that are gone, with `- ` before them, those that are new, with `+ `, and some that stay around them, with two
 * spaces; `…` where lines are left out. As few as possible are changed: the longest common subsequence stays. *Wagner &
 * Fischer, Journal of the ACM 21 (1974)*
 */
export function lineDifferences(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const start = commonLength(a, b);
  const end = commonLength(a.slice(start).reverse(), b.slice(start).reverse());
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const lines = [...a.slice(0, start).map(kept), ...middle(middleA, middleB), ...a.slice(a.length - end).map(kept)];
  return aroundChanges(lines);
}

function kept(line: string): string {
  return `  ${line}`;
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((line, i) => line !== b[i]);
  return different < 0 ? Math.min(a.length, b.length) : different;
}

function middle(a: readonly string[], b: readonly string[]): string[] {
  const [gone, added] = [(line: string) => `- ${line}`, (line: string) => `+ ${line}`];
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return [...a.map(gone), ...b.map(added)];
  // common[i * width + j]: how many lines a from i on and b from j on have in common.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [lineA = '', lineB = ''] = [a[i], b[j]];
    if (i < a.length && j < b.length && lineA === lineB) {
      lines.push(kept(lineA));
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(lineA));
      i++;
    } else {
      lines.push(added(lineB));
      j++;
    }
  }
  return lines;
}

function aroundChanges(lines: readonly string[]): string[] {
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some((line) => !line.startsWith('  ')),
  );
  return lines.flatMap((line, i) => (isNear[i] ? [line] : i === 0 || isNear[i - 1] ? ['…'] : []));
}
