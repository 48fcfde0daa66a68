import type { Command } from "commander";
import { parseEventLogs } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions, ticketNumber, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender, type Sender } from "../send.ts";
import { openSession, type Session } from "../session.ts";
import { readTickets } from "./tickets.ts";

const options = z.object({ request: ticketNumber.optional(), all: z.boolean().default(false) });

/** `ethstake claim` */
export function claimCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "claim",
    description: "Pays out what is finalised of your tickets",
    example: "ethstake claim --all --network hoodi --private-key-file key.txt",
    run: claim,
  })
    .option("--request <number>", "one ticket")
    .option("--all", "every ticket of yours that can be paid");
}

async function claim(command: Command, io: CliIo): Promise<Answer> {
  const { request, all } = readOptions(options, command);
  if ((request === undefined) !== all) throw usageError("Say which tickets with one of --request and --all");
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const tickets = request === undefined ? await claimable(session, sender) : [request];
  const claims: Record<string, unknown>[] = [];
  const lines: string[] = [];
  for (const requestId of tickets) {
    const claimed = await claimOne(session, sender, requestId);
    claims.push(claimed.document);
    lines.push(...claimed.lines);
  }
  if (tickets.length === 0) lines.push(`No ticket of ${sender.account.address} can be paid now`);
  return { document: { action: "claim", claims }, lines };
}

async function claimable(session: Session, { account }: Sender): Promise<bigint[]> {
  const tickets = await readTickets(session, account.address);
  return tickets.filter(({ claimableWei }) => claimableWei > 0n).map(({ requestId }) => requestId);
}

async function claimOne(session: Session, sender: Sender, requestId: bigint): Promise<Answer> {
  const { queue } = session.protocol;
  const [amountWei, hint] = await Promise.all([
    queue.read.claimableWei([requestId], session.at),
    queue.read.checkpointHint([requestId], session.at),
  ]);
  const { address, abi } = queue;
  const call = { address, abi, functionName: "claim", args: [requestId, hint] } as const;
  const mined = await sender.submit(`Claim ${formatWei(amountWei)} ETH of ticket ${requestId}.`, call);
  const [event] = parseEventLogs({ abi, eventName: "Claimed", logs: mined?.receipt.logs ?? [] });
  const paidWei = event?.args.amountWei ?? amountWei;
  const receiver = event?.args.receiver;
  const fully = event?.args.fully;
  return {
    document: { requestId, amountWei: paidWei, receiver, fully, ...minedFields(mined) },
    lines: [`${formatWei(paidWei)} ETH of ticket ${requestId}${receiver ? ` to ${receiver}` : ""}`, minedLine(mined)],
  };
}
