import { keccak256, type Hex } from "viem";

import { doubleDistribution } from "./distribution-double.ts";
import { asContract } from "./impersonation.ts";
import type { Protocol } from "./protocol.ts";

/** What the protocol's own contracts ask of the registry about operator 1. The settlement is a double. */
export async function bondSteps(p: Protocol) {
  const settlement = await doubleDistribution(p);
  const manager = await asContract(p, p.manager);
  const distribution = await asContract(p, p.distribution);
  const drawLossTransaction = (shares: bigint) => p.registry.write.drawLoss([1, shares], distribution);
  return {
    settlement,
    addUnproven: (count: number) => p.registry.write.addUnproven([1, count], manager),
    markProven: (count = 1) => p.registry.write.markProven([1, count], manager),
    markFaulty: () => p.registry.write.markFaulty([1], manager),
    markSlashed: (lossWei: bigint, root: Hex = keccak256("0x")) =>
      p.registry.write.markSlashed([1, root, lossWei], manager),
    drawLossTransaction,
    /** A report names a loss; answers what the bond gives. */
    async drawLoss(shares: bigint): Promise<bigint> {
      const { result } = await p.registry.simulate.drawLoss([1, shares], distribution);
      await drawLossTransaction(shares);
      return result;
    },
    /** A report with a cut-off of now, after so much time; answers what leaves the bonds. */
    async mature(seconds = p.parameters.registry.appealWindowSeconds): Promise<bigint> {
      await p.networkHelpers.time.increase(seconds);
      await settlement.write.settle([0n, BigInt(await p.networkHelpers.time.latest())]);
      const { result } = await p.registry.simulate.takeMaturedLocks([32n], distribution);
      await p.registry.write.takeMaturedLocks([32n], distribution);
      return result[1].reduce((sum, one) => sum + one, 0n);
    },
    release: (lockId: bigint) => p.registry.write.releaseLock([lockId], { account: p.accounts.roles.APPEALS.account }),
    operator: () => p.registry.read.getOperator([1]),
  };
}
