import type { Address, Hex, LocalAccount } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../../chain/abi/IRewardDistribution.ts";
import { cancelWaiting, waitingOf } from "../../chain/execution/cancel.ts";
import type { Execution } from "../../chain/execution/client.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { createTransactor } from "../../chain/execution/transact.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { finalizationHint } from "../../chain/protocol/finalization-hint.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import { brokenBounds, reviewReason, type BrokenBound } from "../../chain/report/bounds.ts";
import type { Report, ReportId } from "../../chain/report/report.ts";
import { createSystemClock, type Clock } from "../../runtime/clock.ts";
import { readSettlementView } from "../read/settlement-view.ts";

/** A vote as the committee keeps it: of the digest, the first 24 bytes. */
export type Vote = { refSlot: bigint; digestPrefix: Hex };

/** What a member does on chain. */
export type OracleSender = {
  /** Whether the committee accepts these signatures, together with the votes on chain. */
  isAgreed(committee: Address, id: ReportId, signatures: Hex): Promise<boolean>;
  /** Settles the frame: simulated first, and only sent when that succeeds. Resolves when it is in a block. */
  settle(report: Report, signatures: Hex): Promise<Hex>;
  /** Votes on chain; used when signatures cannot be exchanged. */
  vote(committee: Address, id: ReportId): Promise<Hex>;
  /** What this member voted for last; zeros before its first vote. */
  lastVote(committee: Address): Promise<Vote>;
  /**
   * True while a transaction of this account waits, also one that was sent before a restart. One that has waited for too
   * long is replaced by one that does nothing, so that what it was for can be decided anew.
   */
  hasPending(): Promise<boolean>;
  /** What the account has to pay for transactions. */
  balanceWei(): Promise<bigint>;
  /** What the contract would do with a report now: the bounds that it breaks, and why it would be held for review. */
  foresee(report: Report): Promise<{ broken: BrokenBound[]; reviewReason: string | undefined }>;
};

const STUCK_AFTER_MS = 600_000;

/** Makes the sender of one member's account. */
export function createOracleSender({
  execution,
  protocol,
  account,
  maxCostWei,
  stuckAfterMs = STUCK_AFTER_MS,
  clock = createSystemClock(),
}: {
  execution: Execution;
  protocol: Protocol;
  account: LocalAccount;
  maxCostWei?: bigint | undefined;
  stuckAfterMs?: number;
  clock?: Clock;
}): OracleSender {
  const { client, distribution } = protocol;
  const transactor = createTransactor({
    execution,
    account,
    errorAbi: protocolErrorAbi,
    ...(maxCostWei === undefined ? {} : { maxCostWei }),
  });
  /** The first transaction that waits, and since when it was seen to. */
  let waiting: { nonce: number; sinceSeconds: number } | undefined;
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
    lastVote: async (committee) => {
      const call = { ...committeeAt(committee), functionName: "voteOf", args: [account.address] } as const;
      const [refSlot, digestPrefix] = await client.readContract(call);
      return { refSlot, digestPrefix };
    },
    hasPending: async () => {
      const { count, nonce } = await waitingOf(execution, account);
      if (count === 0) {
        waiting = undefined;
        return false;
      }
      if (waiting?.nonce !== nonce) waiting = { nonce, sinceSeconds: clock.now() };
      if ((clock.now() - waiting.sinceSeconds) * 1000 >= stuckAfterMs) {
        waiting = undefined;
        await cancelWaiting(execution, account, { maxCostWei });
      }
      return true;
    },
    balanceWei: () =>
      client.getBalance({ address: account.address }).catch((error: unknown) => {
        throw toExecutionError(error, "Reading the member's balance");
      }),
    foresee: async (report) => {
      const view = await readSettlementView(protocol, report);
      return { broken: brokenBounds(report, view), reviewReason: reviewReason(report, view) };
    },
  };
}
