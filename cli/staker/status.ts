import type { Command } from "commander";
import { z } from "zod";

import { formatGwei, formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { addressText, readOptions } from "../options.ts";
import { rows, table, time, type Answer } from "../output.ts";
import { openSession, readAccountIfAny } from "../session.ts";
import { readPoolTotals, type PoolTotals } from "./pool-totals.ts";
import { readTickets, type Ticket } from "./tickets.ts";

const options = z.object({ address: addressText.optional() });

/** `ethstake status` */
export function statusCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "status",
    description: "Shows the pool, and what somebody holds: ethSTAKE, its value, tickets",
    example: "ethstake status --address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network hoodi",
    run: status,
  }).option("--address <address>", "whose (default: yours, when a key is given)");
}

async function status(command: Command, io: CliIo): Promise<Answer> {
  const { address } = readOptions(options, command);
  const session = await openSession(command, io);
  const { pool, token } = session.protocol;
  const totals = await readPoolTotals(session);
  const holder = address ?? (await readAccountIfAny(session.globals, io))?.address;
  const lines = poolLines(totals, session.now);
  if (holder === undefined) return { document: { pool: totals }, lines };
  const shares = await token.read.balanceOf([holder], session.at);
  const [valueWei, tickets] = await Promise.all([
    pool.read.convertToAssets([shares], session.at),
    readTickets(session, holder),
  ]);
  return {
    document: { pool: totals, holder: { address: holder, shares, valueWei, tickets } },
    lines: [...lines, "", ...holderLines(holder, shares, valueWei), ...ticketLines(tickets, session.now)],
  };
}

function poolLines(totals: PoolTotals, now: number): string[] {
  const paused = Object.entries(totals.pausedUntil).filter(([, until]) => until > now);
  return rows([
    ["1 ethSTAKE is", `${formatWei(totals.rateWei)} ETH`],
    ["Pool", `${formatWei(totals.pooledWei)} ETH for ${formatWei(totals.totalShares)} ethSTAKE`],
    [
      "  in the buffer",
      `${formatWei(totals.bufferedWei)} ETH, of which ${formatWei(totals.depositableWei)} can be deposited`,
    ],
    ["  on validators", `${formatGwei(totals.consensusGwei)} ETH at the last report`],
    ["  on the way there", `${formatGwei(totals.inFlightGwei)} ETH`],
    ["Room for stakers", `${formatWei(totals.stakeRoomWei)} ETH before the next report`],
    [
      "Withdrawals waiting",
      `${formatWei(totals.unfinalizedWei)} ETH, still to leave validators: ${formatGwei(totals.exitDemandGwei)} ETH`,
    ],
    ["Last report", `slot ${totals.lastRefSlot}, cut-off ${time(totals.lastCutoffTimestamp)}`],
    [
      "Rate is fresh until",
      `${time(totals.staleAfter)}${totals.staleAfter < now ? " (staking waits for a report)" : ""}`,
    ],
    ...paused.map(([action, until]): [string, string] => [`Paused: ${action}`, `until ${time(until)}`]),
  ]);
}

function holderLines(holder: string, shares: bigint, valueWei: bigint): string[] {
  return rows([
    ["Holder", holder],
    ["ethSTAKE", formatWei(shares)],
    ["Worth", `${formatWei(valueWei)} ETH`],
  ]);
}

function ticketLines(tickets: readonly Ticket[], now: number): string[] {
  if (tickets.length === 0) return ["No withdrawal tickets"];
  const body = tickets.map(({ requestId, amountWei, claimableWei, pendingShares, eligibleAt }) => [
    String(requestId),
    formatWei(amountWei),
    formatWei(claimableWei),
    formatWei(pendingShares),
    `${time(eligibleAt)}${eligibleAt > now ? "" : " (passed)"}`,
  ]);
  return ["", ...table(["Ticket", "ETH at most", "Claimable ETH", "Waiting ethSTAKE", "Eligible from"], body)];
}
