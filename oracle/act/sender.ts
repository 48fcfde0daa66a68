import type { Address, Hex, LocalAccount } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../../chain/abi/IRewardDistribution.ts";
import type { Execution } from "../../chain/execution/client.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { createTransactor } from "../../chain/execution/transact.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { finalizationHint } from "../../chain/protocol/finalization-hint.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import type { Report, ReportId } from "../../chain/report/report.ts";

/** What a member does on chain. */
export type OracleSender = {
  /** Whether the committee accepts these signatures, together with the votes on chain. */
  isAgreed(committee: Address, id: ReportId, signatures: Hex): Promise<boolean>;
  /** Settles the frame: simulated first, and only sent when that succeeds. Resolves when it is in a block. */
  settle(report: Report, signatures: Hex): Promise<Hex>;
  /** Votes on chain; used when signatures cannot be exchanged. */
  vote(committee: Address, id: ReportId): Promise<Hex>;
  /** The reference slot of this member's last vote. */
  votedFor(committee: Address): Promise<bigint>;
  /** True while a transaction of this account waits, also one that was sent before a restart. */
  hasPending(): Promise<boolean>;
};

/** Makes the sender of one member's account. */
export function createOracleSender({
  execution,
  protocol,
  account,
  maxCostWei,
}: {
  execution: Execution;
  protocol: Protocol;
  account: LocalAccount;
  maxCostWei?: bigint | undefined;
}): OracleSender {
  const { client, distribution } = protocol;
  const transactor = createTransactor({
    execution,
    account,
    errorAbi: protocolErrorAbi,
    ...(maxCostWei === undefined ? {} : { maxCostWei }),
  });
  const committeeAt = (address: Address) => ({ address, abi: iOracleCommitteeAbi }) as const;
  return {
    isAgreed: async (committee, id, signatures) => {
      const call = { ...committeeAt(committee), functionName: "isAgreed", args: [id, signatures] } as const;
      return client.readContract(call).catch((error: unknown) => {
        throw toExecutionError(error, "Asking the committee", protocolErrorAbi);
      });
    },
    settle: async (report, signatures) => {
      // Without the guess the settlement searches by itself.
      const hint = await finalizationHint(protocol, report).catch(() => 0n);
      const { hash } = await transactor.sendAndWait({
        address: distribution.address,
        abi: iRewardDistributionAbi,
        functionName: "settleRewards",
        args: [report, signatures, hint],
      });
      return hash;
    },
    vote: async (committee, id) => {
      const { hash } = await transactor.sendAndWait({ ...committeeAt(committee), functionName: "vote", args: [id] });
      return hash;
    },
    votedFor: async (committee) => {
      const call = { ...committeeAt(committee), functionName: "voteOf", args: [account.address] } as const;
      const [refSlot] = await client.readContract(call);
      return refSlot;
    },
    hasPending: async () => {
      const { address } = account;
      const [pending, mined] = await Promise.all([
        client.getTransactionCount({ address, blockTag: "pending" }),
        client.getTransactionCount({ address, blockTag: "latest" }),
      ]);
      return pending > mined;
    },
  };
}
