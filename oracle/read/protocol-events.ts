import type { Hex } from "viem";

import { iRewardDistributionAbi } from "../../chain/abi/IRewardDistribution.ts";
import { iValidatorManagerAbi } from "../../chain/abi/IValidatorManager.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { PREDEPOSIT_GWEI } from "../../chain/keys/deposit-signature.ts";
import { blockRanges, type BlockRange } from "../../chain/protocol/block-ranges.ts";
import type { Report } from "../../chain/report/report.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { View } from "./view.ts";

export type DepositEvent = { pubkeyRoot: Hex; amountGwei: bigint; blockNumber: number };
export type KeyEvent = { pubkey: Hex; pubkeyRoot: Hex; operatorId: number; blockNumber: number };
export type PubkeyEvent = { pubkeyRoot: Hex; blockNumber: number };
export type SettledReport = { report: Report; reportHash: Hex; blockNumber: number };

/** What the contracts said, in order. */
export type ProtocolEvents = {
  keys: readonly KeyEvent[];
  deposits: readonly DepositEvent[];
  proofs: readonly PubkeyEvent[];
  exits: readonly PubkeyEvent[];
  reports: readonly SettledReport[];
};
type Mutable = { [K in keyof ProtocolEvents]: ProtocolEvents[K][number][] };

/**
 * Reads the events of the contracts. Give it finalised block numbers only: what was read is kept and never asked for
 * again.
 */
export function createEventReader({
  protocol,
  deployment,
}: Pick<View, "protocol" | "deployment">): (toBlock: number) => Promise<ProtocolEvents> {
  const { client, manager, distribution } = protocol;
  const events: Mutable = { keys: [], deposits: [], proofs: [], exits: [], reports: [] };
  let nextBlock = BigInt(deployment.deployedAtBlock);

  const readRange = async (range: BlockRange) => {
    const [managerLogs, reportLogs] = await Promise.all([
      client.getContractEvents({ address: manager.address, abi: iValidatorManagerAbi, strict: true, ...range }),
      client.getContractEvents({
        address: distribution.address,
        abi: iRewardDistributionAbi,
        eventName: "RewardSettled",
        strict: true,
        ...range,
      }),
    ]);
    for (const log of managerLogs) {
      const blockNumber = Number(log.blockNumber);
      if (log.eventName === "Predeposited") {
        const { operatorId, pubkeyRoot, pubkey } = log.args;
        events.keys.push({ operatorId, pubkeyRoot, pubkey, blockNumber });
        events.deposits.push({ pubkeyRoot, amountGwei: PREDEPOSIT_GWEI, blockNumber });
      } else if (log.eventName === "Funded")
        events.deposits.push({ pubkeyRoot: log.args.pubkeyRoot, amountGwei: log.args.amountGwei, blockNumber });
      else if (log.eventName === "CredentialsProven")
        events.proofs.push({ pubkeyRoot: log.args.pubkeyRoot, blockNumber });
      else if (log.eventName === "ValidatorExited") events.exits.push({ pubkeyRoot: log.args.pubkeyRoot, blockNumber });
    }
    for (const { args, blockNumber } of reportLogs)
      events.reports.push({ report: args.report, reportHash: args.reportHash, blockNumber: Number(blockNumber) });
  };

  let last: Promise<unknown> = Promise.resolve();
  const readUpTo = async (toBlock: number) => {
    if (nextBlock > BigInt(toBlock)) return;
    await assertHasBlock(client, toBlock);
    for (const range of blockRanges(nextBlock, BigInt(toBlock))) {
      await readRange(range).catch((error: unknown) => {
        throw toExecutionError(error, "The search for events");
      });
      nextBlock = range.toBlock + 1n;
    }
  };

  return async (toBlock) => {
    // One reader at a time: two would find everything twice.
    last = last.then(
      () => readUpTo(toBlock),
      () => readUpTo(toBlock),
    );
    await last;
    return upTo(events, toBlock);
  };
}

// A node that lags behind answers a search with what it has, as if the rest had no events.
async function assertHasBlock(client: View["protocol"]["client"], blockNumber: number): Promise<void> {
  const newest = await client.getBlockNumber({ cacheTime: 0 }).catch((error: unknown) => {
    throw toExecutionError(error, "Asking for the newest block");
  });
  if (newest >= BigInt(blockNumber)) return;
  throw new EthStakeError("NODES_APART", "Wait for the execution node: it is behind the finalised beacon block", {
    details: { want: blockNumber, got: newest },
    retryable: true,
  });
}

/** Only what happened up to a block. */
export function upTo(events: ProtocolEvents, blockNumber: number): ProtocolEvents {
  const until = <T extends { blockNumber: number }>(items: readonly T[]) =>
    items.filter((item) => item.blockNumber <= blockNumber);
  return {
    keys: until(events.keys),
    deposits: until(events.deposits),
    proofs: until(events.proofs),
    exits: until(events.exits),
    reports: until(events.reports),
  };
}
