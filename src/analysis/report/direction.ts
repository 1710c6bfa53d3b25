// Which way is better.

/** Whether results of that name are usually the better the larger. */
export function isUsuallyHighest(key: string): boolean {
  return /accuracy|precision|recall|f1|auc|reward|likelihood/i.test(key);
}
