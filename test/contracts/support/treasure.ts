import type { BusyProtocol } from "./busy-protocol.ts";

/** Everything that somebody could take: shares and bonds by their owners, ether by where it is, and the rate. */
export async function treasureOf(p: BusyProtocol) {
  const { pool, queue, registry, distribution, withdrawalVault, executionRewardsVault, manager } = p;
  const holders = [p.staker.account.address, ...[pool, queue, registry, distribution].map(({ address }) => address)];
  const places = [pool, queue, registry, distribution, withdrawalVault, executionRewardsVault, manager];
  return {
    shares: await Promise.all(holders.map((holder) => p.token.read.balanceOf([holder]))),
    etherWei: await Promise.all(places.map(({ address }) => p.client.getBalance({ address }))),
    totalShares: await pool.read.totalShares(),
    pooledWei: await pool.read.totalPooledEther(),
    bondShares: (await registry.read.getOperator([p.active.operatorId])).bondShares,
    claimableWei: await queue.read.claimableWei([p.finalizedTicket]),
    waiting: await queue.read.getRequest([p.waitingTicket]),
  };
}
