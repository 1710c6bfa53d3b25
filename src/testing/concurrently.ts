// Many small pieces of waiting at a time, but never too many.

/** What `work` gives for each item, in their order; at most `most` are under way at a time. */
export async function* concurrently<Item, Result>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    const started = work(item);
    // Its turn to be told comes below.
    started.catch(() => {});
    underWay.push(started);
    const [first] = underWay;
    if (first === undefined || underWay.length < most) continue;
    yield await first;
    underWay.shift();
  }
  for (const started of underWay) yield await started;
}
