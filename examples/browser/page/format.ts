// Numbers and values as people read them.

/** Three significant digits. */
export function showLoss(loss: number): string {
  if (!Number.isFinite(loss)) return '–';
  if (loss === 0) return '0';
  return loss >= 0.001 ? String(Number(loss.toPrecision(3))) : loss.toExponential(1).replace('e-', 'e−');
}

export function showCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A literal without what only machines need: three digits of a number, no quotes. */
export function showValue(source: string): string {
  const number = Number(source);
  if (source !== '' && Number.isFinite(number)) return String(Number(number.toPrecision(3)));
  return source.replaceAll("'", '');
}

/** `optimizer.learningRate` as `learning rate`. */
export function showPath(path: string): string {
  const words = path.replace(/^.*\./, '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.toLowerCase();
}
