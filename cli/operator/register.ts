import type { Command } from "commander";
import { parseEventLogs, stringToHex } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { addressText, etherAmount, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession } from "../session.ts";

const options = z.object({
  name: z.string().refine((text) => withinBytes(text, 1, 64), "1 to 64 bytes are possible"),
  paymentAddress: addressText.optional(),
  clients: z.string().regex(/^[A-Z]{4}$/, "two capital letters of each client are expected, for instance GELS"),
  bond: etherAmount,
});

/** `ethstake operator register` */
export function registerCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "register",
    description: "Registers a node operator with a bond; anyone may",
    example:
      'ethstake operator register --name "Blue Nodes" --clients GELS --bond 12 --network hoodi --private-key-file key.txt',
    run: register,
  })
    .requiredOption("--name <name>", "public name, 1 to 64 bytes")
    .requiredOption("--clients <letters>", "two letters of your execution client, two of your consensus client")
    .requiredOption("--bond <ether>", "bond; it is staked and earns")
    .option("--payment-address <address>", "who is paid rewards and bond that comes back (default: you)");
}

async function register(command: Command, io: CliIo): Promise<Answer> {
  const { name, clients, bond: bondWei, paymentAddress } = readOptions(options, command);
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const { address, abi } = session.protocol.registry;
  const payTo = paymentAddress ?? sender.account.address;
  const mined = await sender.submit(`Register "${name}" with a bond of ${formatWei(bondWei)} ETH, paid to ${payTo}.`, {
    address,
    abi,
    functionName: "registerOperator",
    args: [name, payTo, stringToHex(clients, { size: 4 })],
    valueWei: bondWei,
  });
  const logs = mined?.receipt.logs ?? [];
  const operatorId = parseEventLogs({ abi, eventName: "OperatorRegistered", logs })[0]?.args.operatorId;
  const bondShares = parseEventLogs({ abi, eventName: "BondAdded", logs })[0]?.args.shares;
  const who = operatorId === undefined ? `"${name}"` : `Operator ${operatorId}, "${name}"`;
  return {
    document: {
      action: "operator register",
      operatorId,
      name,
      clients,
      paymentAddress: payTo,
      bondWei,
      bondShares,
      ...minedFields(mined),
    },
    lines: [`${who}, with a bond of ${formatWei(bondWei)} ETH`, minedLine(mined)],
  };
}

function withinBytes(text: string, least: number, most: number): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes >= least && bytes <= most;
}
