import type { Command } from "commander";
import { concatHex } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { commaList } from "../../runtime/config.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { etherAmount, pubkeyText, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession } from "../session.ts";

const options = z.object({
  pubkey: z.string().transform(commaList).pipe(z.array(pubkeyText).min(1)),
  maxFee: etherAmount,
});

/** `ethstake operator exit` */
export function exitCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "exit",
    description: "Exits validators of yours (EIP-7002); what the fee leaves of the ether sent comes back",
    example: "ethstake operator exit --pubkey 0x8f...c1 --network hoodi --private-key-file key.txt",
    run: exit,
  })
    .requiredOption("--pubkey <keys>", "public keys of the validators, separated by commas")
    .option("--max-fee <ether>", "the most to pay for one request, besides gas", "0.001");
}

async function exit(command: Command, io: CliIo): Promise<Answer> {
  const { pubkey: pubkeys, maxFee: maxFeeWei } = readOptions(options, command);
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const { manager, withdrawalVault } = session.protocol;
  const feeWei = await withdrawalVault.read.withdrawalRequestFeeWei(session.at);
  const { address, abi } = manager;
  const mined = await sender.submit(`Exit ${pubkeys.length} validators for ${formatWei(feeWei)} ETH each.`, {
    address,
    abi,
    functionName: "requestExit",
    args: [concatHex(pubkeys), maxFeeWei],
    valueWei: maxFeeWei * BigInt(pubkeys.length),
  });
  return {
    document: { action: "operator exit", pubkeys, feeWei, ...minedFields(mined) },
    lines: [
      `Exit of ${pubkeys.length} validators asked for`,
      "The chain ignores this for validators younger than 256 epochs, and while a partial withdrawal waits",
      minedLine(mined),
    ],
  };
}
