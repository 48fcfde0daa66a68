import type { NetworkConnection } from "hardhat/types/network";
import { parseEther } from "viem";

import { rewardsProof, rewardsRoot } from "../../../chain/report/rewards-tree.ts";
import { sight } from "./beacon.ts";
import { asContract } from "./impersonation.ts";
import { predeposit, startProtocol, submitBatch } from "./protocol.ts";
import { activeValidators } from "./scenarios.ts";
import { settle } from "./settlement.ts";

export type BusyProtocol = Awaited<ReturnType<typeof busyProtocol>>;

/** Time after which bond that was asked for can leave, and an exit of the chain is asked for again. */
const A_WHILE_FRAMES = 6n;

/**
 * A protocol in which every entry point has something to do: two active validators and one that waits for its proof, keys
 * that can be revealed, a ticket that is finalised and one that waits, fees that can be claimed, bond that can leave, a lock
 * that is open.
 */
export async function busyProtocol(connection: NetworkConnection<"l1">) {
  const p = await startProtocol(connection);
  const [staker] = p.accounts.stakers;
  const active = await activeValidators(p, { count: 2 });
  const { operatorId, owner } = active;
  await p.registry.write.requestBondWithdrawal([operatorId, parseEther("1")], { account: owner.account });
  const ask = () => p.token.write.transferAndCall([p.pool.address, parseEther("2")], { account: staker.account });
  await ask();
  await settle(p, { rewardsGwei: 100_000_000n, frames: A_WHILE_FRAMES });

  const cumulativeShares = await p.distribution.read.cumulativeFeeShares();
  const leaves = [{ operatorId, cumulativeShares }];
  await settle(p, { rewardsRoot: rewardsRoot(leaves), rewardsTotalShares: cumulativeShares });
  await p.networkHelpers.time.increase(p.parameters.distribution.claimDelaySeconds);
  await ask();
  const unproven = await submitBatch(p, active, { count: 1 });
  await predeposit(p, unproven);
  const hidden = await submitBatch(p, active, { count: 1 });
  const breach = { operatorId, period: 1, uptimePpm: 900_000, thresholdPpm: 997_000, missedGweiEpochs: 10n ** 9n };
  await p.registry.write.reportDowntime([[breach]], await asContract(p, p.distribution));
  return {
    ...p,
    staker,
    active,
    hidden,
    claim: { operatorId, ...rewardsProof(leaves, operatorId) },
    finalizedTicket: 1n,
    waitingTicket: 2n,
    openLock: 0n,
    seenUnproven: await sight(p, unproven.keys),
    seenActive: await sight(p, active.keys, { ageSlots: 3 }),
  };
}
