import type { Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import type { VM } from "@ethereumjs/vm";

/** Virtual machines that are at rest. Each keeps the nodes of the state trie that it has read. */
const resting = new WeakMap<EthereumClient, VM[]>();

/**
 * Runs something on the state after a block and undoes it. A virtual machine serves one call after the other, since one is
 * dear to make. What is undone is never hashed and written into the trie.
 */
export async function onStateAfter<T>(client: EthereumClient, block: Block, run: (vm: VM) => Promise<T>): Promise<T> {
  const pool = resting.get(client) ?? [];
  resting.set(client, pool);
  // Not with the caches of the original: a cache of trie nodes by their hash, which no other block makes wrong.
  const vm = pool.pop() ?? (await client.service.execution.vm.shallowCopy(false));
  await vm.stateManager.setStateRoot(block.header.stateRoot);
  await vm.stateManager.checkpoint();
  const result = await run(vm);
  await vm.stateManager.revert();
  vm.evm.journal.cleanJournal();
  // One whose run threw is not used again.
  pool.push(vm);
  return result;
}
