import type { Command } from "commander";
import { encodeAbiParameters, parseEventLogs, type Address } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { addressText, basisPoints, etherAmount, readOptions, usageError } from "../options.ts";
import { time, type Answer } from "../output.ts";
import { lessSlippage } from "../rate.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession, type Session } from "../session.ts";

const options = z.object({
  shares: etherAmount.optional(),
  amount: etherAmount.optional(),
  all: z.boolean().default(false),
  receiver: addressText.optional(),
  minEther: etherAmount.optional(),
  slippageBps: basisPoints,
});
type Wanted = Pick<z.output<typeof options>, "shares" | "amount" | "all">;

/** `ethstake withdraw` */
export function withdrawCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "withdraw",
    description: "Gives ethSTAKE back for a ticket that pays ether later; claim it with `ethstake claim`",
    example: "ethstake withdraw --amount 10 --network hoodi --private-key-file key.txt",
    run: withdraw,
  })
    .option("--shares <shares>", "how much ethSTAKE to give back")
    .option("--amount <ether>", "how much ether to ask for, at the rate now")
    .option("--all", "give everything back")
    .option("--receiver <address>", "who gets the ticket (default: you)")
    .option("--min-ether <ether>", "accept no less (default: the rate now, less --slippage-bps)")
    .option("--slippage-bps <bps>", "how far the rate may move, in parts of ten thousand", "10");
}

async function withdraw(command: Command, io: CliIo): Promise<Answer> {
  const { slippageBps, minEther, ...given } = readOptions(options, command);
  if ([given.shares, given.amount, given.all || undefined].filter((way) => way !== undefined).length !== 1)
    throw usageError("Say how much with one of --shares, --amount and --all");
  const session = await openSession(command, io);
  const { pool, queue, token } = session.protocol;
  const sender = await openSender(session);
  const shares = await sharesOf(session, sender.account.address, given);
  const receiver = given.receiver ?? sender.account.address;
  const expectedWei = await pool.read.convertToAssets([shares], session.at);
  const minWei = minEther ?? lessSlippage(expectedWei, slippageBps);
  const sentence = `Give back ${formatWei(shares)} ethSTAKE for a ticket of at least ${formatWei(minWei, 6)} ETH to ${receiver}.`;
  // One transaction: the token hands the shares and these words to the pool (ERC-1363).
  const words = encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [receiver, minWei]);
  const { address, abi } = token;
  const args = [pool.address, shares, words] as const;
  const mined = await sender.submit(sentence, { address, abi, functionName: "transferAndCall", args });
  const [event] = parseEventLogs({ abi: queue.abi, eventName: "WithdrawalRequested", logs: mined?.receipt.logs ?? [] });
  const ticket = event && {
    requestId: event.args.requestId,
    amountWei: event.args.amountWei,
    eligibleAt: event.args.eligibleAt,
  };
  return {
    document: { action: "withdraw", shares, expectedWei, minWei, receiver, ...ticket, ...minedFields(mined) },
    lines: [
      ticket === undefined
        ? `${formatWei(shares)} ethSTAKE for a ticket of ${formatWei(expectedWei)} ETH to ${receiver}`
        : `Ticket ${ticket.requestId} of ${formatWei(ticket.amountWei)} ETH to ${receiver}, payable from ${time(ticket.eligibleAt)} on`,
      minedLine(mined),
    ],
  };
}

async function sharesOf({ protocol, at }: Session, holder: Address, wanted: Wanted): Promise<bigint> {
  const balance = await protocol.token.read.balanceOf([holder], at);
  const shares = wanted.all
    ? balance
    : (wanted.shares ?? (await protocol.pool.read.convertToShares([wanted.amount ?? 0n], at)));
  if (shares > 0n && shares <= balance) return shares;
  if (balance === 0n) throw new EthStakeError("INSUFFICIENT_SHARES", `Use another key: ${holder} has no ethSTAKE`);
  throw new EthStakeError(
    "INSUFFICIENT_SHARES",
    `Give back at most what ${holder} has: ${formatWei(balance)} ethSTAKE, and this takes ${formatWei(shares)}`,
    { details: { holder, balance, shares } },
  );
}
