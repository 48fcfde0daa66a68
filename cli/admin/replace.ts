import type { Command } from "commander";
import type { Address, LocalAccount } from "viem";
import { z } from "zod";

import { PROXY_NAMES } from "../../deploy/arguments.ts";
import {
  deployCommittee,
  deployImplementation,
  type ReplacementOptions,
} from "../../deploy/administration/replacement.ts";
import { createSigningProvider } from "../../deploy/signing-provider.ts";
import { commaList } from "../../runtime/config.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import { executionUrls } from "../environment.ts";
import type { CliIo } from "../io.ts";
import { addressText, readOptions, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { openSession, readAccount, type Session } from "../session.ts";

const CONFIRMATIONS = { devnet: 1, hoodi: 2, sepolia: 2, mainnet: 5 } as const;

const outOptions = z.object({ out: z.string().optional() });
const outOption = ["--out <file>", "where to write the address"] as const;
const committeeOptions = z.object({
  members: z.string().transform(commaList).pipe(z.array(addressText).min(1)),
  quorum: wholeNumber,
});

/** `ethstake admin deploy-implementation` */
export function deployImplementationCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "deploy-implementation",
    description: "Deploys the code of this checkout for a proxy; nothing changes until an upgrade to it is decided",
    example: "ethstake admin deploy-implementation pool --network hoodi --private-key-file key.txt",
    run: async (command, cli) => {
      const name = PROXY_NAMES.find((one) => one === command.args[0]);
      if (name === undefined) throw usageError(`Name one of ${PROXY_NAMES.join(", ")}`);
      return deploy(command, cli, `an implementation of ${name}`, (how) => deployImplementation(name, how));
    },
  })
    .argument("<proxy>", PROXY_NAMES.join(", "))
    .option(...outOption);
}

/** `ethstake admin deploy-committee` */
export function deployCommitteeCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "deploy-committee",
    description: "Deploys an oracle committee; it counts for nothing until distribution.setCommittee names it",
    example:
      "ethstake admin deploy-committee --members 0x...,0x...,0x... --quorum 2 --network hoodi --private-key-file key.txt",
    run: async (command, cli) => {
      const committee = readOptions(committeeOptions, command);
      return deploy(command, cli, "a committee", (how) => deployCommittee(committee, how));
    },
  })
    .requiredOption("--members <addresses>", "comma list")
    .requiredOption("--quorum <number>", "how many must agree: more than half")
    .option(...outOption);
}

async function deploy(
  command: Command,
  io: CliIo,
  what: string,
  act: (how: ReplacementOptions) => Promise<Address>,
): Promise<Answer> {
  const session = await openSession(command, io);
  const account = await readAccount(session.globals, io);
  if (session.globals.dryRun) return { document: { dryRun: true }, lines: [`Dry run: would deploy ${what}`] };
  if (!session.globals.yes && !(await io.confirm?.(`Deploy ${what}. Go on?`)))
    throw new EthStakeError("NOT_CONFIRMED", "Add --yes to send this without being asked");
  const { out } = readOptions(outOptions, command);
  const address = await act(howOf(session, account));
  if (out !== undefined) await writeFileAtomic(out, `${address}\n`);
  return { document: { action: "admin deploy", what, address }, lines: [`Deployed ${what}: ${address}`] };
}

function howOf({ deployment, globals, io }: Session, account: LocalAccount): ReplacementOptions {
  const [url = ""] = commaList(executionUrls(globals, io));
  const node = createSigningProvider({ url, account, chainId: deployment.chainId });
  const provider: ReplacementOptions["provider"] = {
    request: async (request) => {
      const answer = await node.request(request);
      if (request.method === "eth_sendTransaction") await io.onSent?.(answer as `0x${string}`);
      return answer;
    },
  };
  const pace = { pollingMs: io.pollingIntervalMs ?? 2_000, confirmations: CONFIRMATIONS[deployment.network] };
  return { deployment, provider, deployer: account.address, pace };
}
