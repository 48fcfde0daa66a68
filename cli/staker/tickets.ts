import type { Address } from "viem";

import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import type { Session } from "../session.ts";

/** A ticket of somebody that is not fully paid. */
export type Ticket = {
  requestId: bigint;
  shares: bigint;
  amountWei: bigint;
  eligibleAt: bigint;
  pendingShares: bigint;
  claimableWei: bigint;
};

/** The tickets that an address owns, oldest first. */
export async function readTickets(session: Session, owner: Address): Promise<Ticket[]> {
  const { queue } = session.protocol;
  const ids = await ownedIds(session, owner);
  return inParallel(ids, async (requestId) => {
    const request = await queue.read.getRequest([requestId], session.at);
    const { shares, amountWei, eligibleAt, pendingShares, claimableWei } = request;
    return { requestId, shares, amountWei, eligibleAt, pendingShares, claimableWei };
  });
}

/** A ticket that came and did not leave again; a paid one leaves to nobody. */
async function ownedIds({ protocol, deployment, at }: Session, owner: Address): Promise<bigint[]> {
  const { client, queue } = protocol;
  const transfers = (args: { from: Address } | { to: Address }) =>
    searchBlocks(BigInt(deployment.deployedAtBlock), at.blockNumber, (range) =>
      client.getContractEvents({ ...queue, eventName: "Transfer", args, strict: true, ...range }),
    );
  const [came, left] = await Promise.all([transfers({ to: owner }), transfers({ from: owner })]);
  const balance = new Map<bigint, number>();
  for (const { args } of came) balance.set(args.tokenId, (balance.get(args.tokenId) ?? 0) + 1);
  for (const { args } of left) balance.set(args.tokenId, (balance.get(args.tokenId) ?? 0) - 1);
  const ids = [...balance].filter(([, count]) => count > 0).map(([id]) => id);
  return ids.sort((a, b) => (a < b ? -1 : 1));
}
