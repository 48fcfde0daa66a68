import type { Command } from "commander";
import { parseEventLogs } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { etherAmount, readOptions, usageError, wholeNumber } from "../options.ts";
import { time, type Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession } from "../session.ts";
import { findOperator } from "./find-operator.ts";

const operatorOption = ["--operator <number>", "number of the operator (default: yours)"] as const;
const addOptions = z.object({ operator: wholeNumber.optional(), amount: etherAmount });
const requestOptions = z.object({
  operator: wholeNumber.optional(),
  amount: etherAmount.optional(),
  shares: etherAmount.optional(),
});
const withdrawOptions = z.object({ operator: wholeNumber.optional() });

/** `ethstake operator bond add` */
export function bondAddCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "add",
    description: "Adds to an operator's bond; anyone may",
    example: "ethstake operator bond add --amount 4 --network hoodi --private-key-file key.txt",
    run: add,
  })
    .requiredOption("--amount <ether>", "how much")
    .option(...operatorOption);
}

/** `ethstake operator bond request` */
export function bondRequestCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "request",
    description: "Asks for bond back that validators do not need; it can be taken later",
    example: "ethstake operator bond request --amount 4 --network hoodi --private-key-file key.txt",
    run: request,
  })
    .option("--amount <ether>", "how much, at the rate now")
    .option("--shares <shares>", "how much, in ethSTAKE")
    .option(...operatorOption);
}

/** `ethstake operator bond withdraw` */
export function bondWithdrawCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "withdraw",
    description: "Takes the bond that was asked for, as ethSTAKE, to the payment address",
    example: "ethstake operator bond withdraw --network hoodi --private-key-file key.txt",
    run: withdraw,
  }).option(...operatorOption);
}

async function add(command: Command, io: CliIo): Promise<Answer> {
  const { operator, amount: amountWei } = readOptions(addOptions, command);
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const owner = async () => sender.account.address;
  const { operatorId } = await findOperator(session, { operatorId: operator, owner });
  const { address, abi } = session.protocol.registry;
  const call = { address, abi, functionName: "addBond", args: [operatorId], valueWei: amountWei } as const;
  const mined = await sender.submit(`Add ${formatWei(amountWei)} ETH to the bond of operator ${operatorId}.`, call);
  const [event] = parseEventLogs({ abi, eventName: "BondAdded", logs: mined?.receipt.logs ?? [] });
  return {
    document: {
      action: "operator bond add",
      operatorId,
      amountWei,
      shares: event?.args.shares,
      ...minedFields(mined),
    },
    lines: [`${formatWei(amountWei)} ETH of bond for operator ${operatorId}`, minedLine(mined)],
  };
}

async function request(command: Command, io: CliIo): Promise<Answer> {
  const { operator, amount, ...given } = readOptions(requestOptions, command);
  if ((amount === undefined) === (given.shares === undefined))
    throw usageError("Say how much with one of --amount and --shares");
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const owner = async () => sender.account.address;
  const { operatorId } = await findOperator(session, { operatorId: operator, owner });
  const { pool, registry } = session.protocol;
  const shares = given.shares ?? (await pool.read.convertToShares([amount ?? 0n], session.at));
  const { address, abi } = registry;
  const mined = await sender.submit(`Ask for ${formatWei(shares)} ethSTAKE of the bond of operator ${operatorId}.`, {
    address,
    abi,
    functionName: "requestBondWithdrawal",
    args: [operatorId, shares],
  });
  const [event] = parseEventLogs({ abi, eventName: "BondWithdrawalRequested", logs: mined?.receipt.logs ?? [] });
  const readyAt = event?.args.readyAt;
  const when = readyAt === undefined ? "" : `, to be taken from ${time(readyAt)} on`;
  return {
    document: { action: "operator bond request", operatorId, shares, readyAt, ...minedFields(mined) },
    lines: [`${formatWei(shares)} ethSTAKE of bond asked for${when}`, minedLine(mined)],
  };
}

async function withdraw(command: Command, io: CliIo): Promise<Answer> {
  const { operator } = readOptions(withdrawOptions, command);
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const owner = async () => sender.account.address;
  const { operatorId, paymentAddress } = await findOperator(session, { operatorId: operator, owner });
  const { address, abi } = session.protocol.registry;
  const call = { address, abi, functionName: "withdrawBond", args: [operatorId] } as const;
  const mined = await sender.submit(`Take the bond that operator ${operatorId} asked for.`, call);
  const [event] = parseEventLogs({ abi, eventName: "BondWithdrawn", logs: mined?.receipt.logs ?? [] });
  const shares = event?.args.shares;
  return {
    document: {
      action: "operator bond withdraw",
      operatorId,
      shares,
      receiver: paymentAddress,
      ...minedFields(mined),
    },
    lines: [
      `${shares === undefined ? "The" : formatWei(shares)} ethSTAKE of bond to ${paymentAddress}`,
      minedLine(mined),
    ],
  };
}
