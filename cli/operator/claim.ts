import { readFile } from "node:fs/promises";

import type { Command } from "commander";
import { parseEventLogs, zeroHash, type Hex } from "viem";
import { z } from "zod";

import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import { rewardsLeavesJson } from "../../chain/report/json.ts";
import { fetchPeerReport } from "../../chain/report/peer-client.ts";
import { rewardsProof, rewardsRoot, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { formatWei } from "../../chain/units.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions, urlsText, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession, type Session } from "../session.ts";
import { findOperator } from "./find-operator.ts";

const options = z.object({
  operator: wholeNumber.optional(),
  peers: urlsText.optional(),
  leaves: z.string().optional(),
});

/** `ethstake operator claim` */
export function operatorClaimCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "claim",
    description: "Pays an operator's part of the rewards, as ethSTAKE, to its payment address; anyone may",
    example: "ethstake operator claim --peers https://oracle-a.example --network hoodi --private-key-file key.txt",
    run: claim,
  })
    .option("--operator <number>", "number of the operator (default: yours)")
    .option("--peers <urls>", "oracle members to ask for the rewards tree, separated by commas [ORACLE_PEERS]")
    .option("--leaves <file>", "file with the leaves of the rewards tree, instead of asking");
}

async function claim(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const session = await openSession(command, io);
  const { distribution } = session.protocol;
  const sender = await openSender(session);
  const owner = async () => sender.account.address;
  const { operatorId, paymentAddress } = await findOperator(session, { operatorId: given.operator, owner });
  const [root] = await distribution.read.claimableRoot(session.at);
  if (root === zeroHash)
    throw new EthStakeError("NO_REWARDS", "Wait for an oracle report that pays operators: there is none to claim from");
  const leaves =
    given.leaves === undefined ? await askMembers(session, root, given.peers) : await readLeaves(given.leaves);
  if (rewardsRoot(leaves) !== root)
    throw new EthStakeError("LEAVES_STALE", `Use the leaves of the rewards tree with root ${root}: these are others`);
  const { cumulativeShares, proof } = rewardsProof(leaves, operatorId);
  const before = await distribution.read.claimedShares([operatorId], session.at);
  const dueShares = cumulativeShares - before;
  if (dueShares <= 0n)
    throw new EthStakeError(
      "NOTHING_TO_CLAIM",
      `Wait for the next report: operator ${operatorId} has claimed everything`,
    );
  const { address, abi } = distribution;
  const args = [operatorId, cumulativeShares, proof] as const;
  const sentence = `Pay operator ${operatorId} ${formatWei(dueShares)} ethSTAKE to ${paymentAddress}.`;
  const mined = await sender.submit(sentence, { address, abi, functionName: "claimRewards", args });
  const [event] = parseEventLogs({ abi, eventName: "RewardsClaimed", logs: mined?.receipt.logs ?? [] });
  const shares = event?.args.shares ?? dueShares;
  return {
    document: {
      action: "operator claim",
      operatorId,
      shares,
      cumulativeShares,
      receiver: paymentAddress,
      ...minedFields(mined),
    },
    lines: [`${formatWei(shares)} ethSTAKE for operator ${operatorId} to ${paymentAddress}`, minedLine(mined)],
  };
}

async function readLeaves(path: string): Promise<RewardsLeaf[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("LEAVES_MISSING", `Name a file of leaves that can be read instead of ${path}`, { cause });
  });
  try {
    const value: unknown = JSON.parse(text);
    return rewardsLeavesJson.parse(isRecord(value) ? value["leaves"] : value);
  } catch (cause) {
    throw new EthStakeError("LEAVES_MALFORMED", `Name a file with the leaves of a rewards tree instead of ${path}`, {
      cause,
    });
  }
}

/** Any member that has built the report of this root has its tree; whoever it is, the root says whether it is right. */
async function askMembers(session: Session, root: Hex, named: string[] | undefined): Promise<RewardsLeaf[]> {
  const peers = named ?? urlsText.parse(session.io.env["ORACLE_PEERS"] ?? "");
  if (peers.length === 0) throw usageError("Name oracle members with --peers, or a file of leaves with --leaves");
  const refSlots = await settledWith(session, root);
  const problems: string[] = [];
  for (const refSlot of refSlots) {
    for (const peer of peers) {
      try {
        const answer = await fetchPeerReport(peer, refSlot, { signal: session.io.signal });
        if (answer !== undefined && rewardsRoot(answer.leaves) === root) return answer.leaves;
      } catch (error) {
        problems.push(toEthStakeError(error).message);
      }
    }
  }
  const why = problems[0] === undefined ? "those that were asked do not have it" : problems[0];
  throw new EthStakeError("LEAVES_MISSING", `Name other oracle members with --peers to get the rewards tree: ${why}`);
}

/** Frames that were settled with this rewards root, newest first. */
async function settledWith({ protocol, deployment, at }: Session, root: Hex): Promise<bigint[]> {
  const { client, distribution } = protocol;
  const events = await searchBlocks(BigInt(deployment.deployedAtBlock), at.blockNumber, (range) =>
    client.getContractEvents({ ...distribution, eventName: "RewardSettled", strict: true, ...range }),
  );
  return events
    .filter(({ args }) => args.report.rewardsRoot === root)
    .map(({ args }) => args.refSlot)
    .reverse();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
