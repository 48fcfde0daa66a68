/** Requests that one node is asked at the same time. */
const WIDTH = 32;

/** Maps a list with a bounded number of requests under way; answers in the order of the list. */
export async function inParallel<T, R>(
  items: readonly T[],
  map: (item: T, index: number) => Promise<R>,
  width = WIDTH,
): Promise<R[]> {
  const answers: R[] = new Array<R>(items.length);
  // One iterator for all workers: each takes the next item when it is free.
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) answers[at] = await map(item, at);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return answers;
}
