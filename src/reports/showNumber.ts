// Numbers for people.

/** Six significant digits: `0.693147`, `4.03600e-5`, `2.50000e+7`; whole numbers as they are, which hides no zero. */
export function showNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value);
  if (!Number.isFinite(value)) return String(value);
  return size >= 1e-3 && size < 1e6 ? value.toPrecision(6) : value.toExponential(5);
}
