import type { Command } from "commander";
import { parseEventLogs } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { addressText, basisPoints, etherAmount, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";
import { lessSlippage } from "../rate.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession } from "../session.ts";

const options = z.object({
  amount: etherAmount,
  receiver: addressText.optional(),
  minShares: etherAmount.optional(),
  slippageBps: basisPoints,
});

/** `ethstake stake` */
export function stakeCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "stake",
    description: "Stakes ether and gives ethSTAKE for it",
    example: "ethstake stake --amount 32 --network hoodi --private-key-file key.txt",
    run: stake,
  })
    .requiredOption("--amount <ether>", "how much to stake")
    .option("--receiver <address>", "who gets the ethSTAKE (default: you)")
    .option("--min-shares <shares>", "accept no less (default: the rate now, less --slippage-bps)")
    .option("--slippage-bps <bps>", "how far the rate may move, in parts of ten thousand", "10");
}

async function stake(command: Command, io: CliIo): Promise<Answer> {
  const { amount: amountWei, slippageBps, ...given } = readOptions(options, command);
  const session = await openSession(command, io);
  const { pool } = session.protocol;
  const sender = await openSender(session);
  const receiver = given.receiver ?? sender.account.address;
  const expected = await pool.read.convertToShares([amountWei], session.at);
  const minShares = given.minShares ?? lessSlippage(expected, slippageBps);
  const sentence = `Stake ${formatWei(amountWei)} ETH for at least ${formatWei(minShares, 6)} ethSTAKE to ${receiver}.`;
  const { address, abi } = pool;
  const call = { address, abi, functionName: "stake", args: [receiver, minShares], valueWei: amountWei } as const;
  const mined = await sender.submit(sentence, call);
  const [event] = parseEventLogs({ abi, eventName: "Staked", logs: mined?.receipt.logs ?? [] });
  const shares = event?.args.shares ?? expected;
  return {
    document: { action: "stake", amountWei, shares, minShares, receiver, ...minedFields(mined) },
    lines: [`${formatWei(amountWei)} ETH for ${formatWei(shares)} ethSTAKE to ${receiver}`, minedLine(mined)],
  };
}
