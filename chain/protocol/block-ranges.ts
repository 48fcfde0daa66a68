/** Public nodes refuse to search more blocks than this at once. */
const BLOCKS_PER_SEARCH = 10_000n;

export type BlockRange = { fromBlock: bigint; toBlock: bigint };

/** Cuts a range of blocks, both ends included, into parts that a node is willing to search for events. */
export function blockRanges(fromBlock: bigint, toBlock: bigint, size = BLOCKS_PER_SEARCH): BlockRange[] {
  const ranges: BlockRange[] = [];
  for (let from = fromBlock; from <= toBlock; from += size) {
    const to = from + size - 1n;
    ranges.push({ fromBlock: from, toBlock: to < toBlock ? to : toBlock });
  }
  return ranges;
}

/** Searches range after range and joins what was found. */
export async function searchBlocks<T>(
  fromBlock: bigint,
  toBlock: bigint,
  search: (range: BlockRange) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (const range of blockRanges(fromBlock, toBlock)) found.push(...(await search(range)));
  return found;
}
