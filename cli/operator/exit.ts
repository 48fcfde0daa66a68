import type { Command } from "commander";
import type { Hex } from "viem";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { readAnchor } from "../../keeper/proofs/anchor.ts";
import { createProver } from "../../keeper/proofs/prover.ts";
import { commaList } from "../../runtime/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { etherAmount, pubkeyText, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openBeacon, openSession, type Session } from "../session.ts";

const options = z.object({
  pubkey: z.string().transform(commaList).pipe(z.array(pubkeyText).min(1)),
  maxFee: etherAmount,
});

/** `ethstake operator exit` */
export function exitCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "exit",
    description:
      "Exits validators of yours (EIP-7002), with a proof from the beacon node that the chain will follow; what the fee leaves of the ether sent comes back",
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
  const { exits, withdrawalVault } = session.protocol;
  const feeWei = await withdrawalVault.read.withdrawalRequestFeeWei(session.at);
  const { anchor, proof } = await proveValidators(session, pubkeys);
  const { address, abi } = exits;
  const mined = await sender.submit(`Exit ${pubkeys.length} validators for ${formatWei(feeWei)} ETH each.`, {
    address,
    abi,
    functionName: "requestExit",
    args: [anchor, proof, maxFeeWei],
    valueWei: maxFeeWei * BigInt(pubkeys.length),
  });
  return {
    document: { action: "operator exit", pubkeys, feeWei, ...minedFields(mined) },
    lines: [`Exit of ${pubkeys.length} validators asked for`, minedLine(mined)],
  };
}

/** Shows that the chain will follow a request: it ignores those for validators that are young or leave already. */
async function proveValidators(session: Session, pubkeys: readonly Hex[]) {
  const beacon = await openBeacon(session);
  const point = await readAnchor({ protocol: session.protocol, beacon });
  const records = await beacon.validators(point.header.stateRoot, [...pubkeys]);
  const missing = pubkeys.filter((pubkey) => !records.some(({ validator }) => validator.pubkey === pubkey));
  if (missing.length > 0)
    throw new EthStakeError("NO_SUCH_VALIDATOR", `Wait until the beacon chain knows ${missing.join(", ")}, or mend it`);
  return createProver(beacon).prove(
    point,
    records.map(({ index }) => index),
  );
}
