import { readFile } from "node:fs/promises";

import { Option, type Command } from "commander";
import { z } from "zod";

import { NETWORK_NAMES, networkByName, type AnyNetwork } from "../../chain/networks.ts";
import type { OfflineContext } from "../../deposits/offline/context.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { Globals } from "../globals.ts";
import { usageError } from "../options.ts";

/** How a network is named, and what an offline machine knows of it. */
export const networkFields = {
  chain: z.enum(NETWORK_NAMES).optional(),
  networkFile: z.string().optional(),
  context: z.string().optional(),
  contextHash: z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{64}$/, "a sha256 is expected: 64 hex digits")
    .transform((text): `0x${string}` => `0x${text.replace(/^0x/, "")}`)
    .optional(),
  offline: z.boolean().default(false),
};
type NetworkOptions = z.output<z.ZodObject<typeof networkFields>>;

/** Adds the options that say for which network to work, and where. */
export function addNetworkOptions(command: Command): Command {
  return command
    .addOption(new Option("--chain <name>", "the same as --network").choices(NETWORK_NAMES))
    .option("--network-file <file>", "a network of your own, with the names of --devnet_chain_setting")
    .option("--offline", "ask no node: what is needed of the chain is in --context")
    .option("--context <file>", "what `ethstake deposits prepare` wrote")
    .option("--context-hash <sha256>", "the hash that it printed: another file is refused");
}

/** Reads what was named; the network must be told in one way or another, and all ways that were used must agree. */
export async function readNetwork(
  globals: Globals,
  given: NetworkOptions,
): Promise<{ network: AnyNetwork; context: OfflineContext | undefined }> {
  if (given.contextHash !== undefined && given.context === undefined)
    throw usageError("Name the file of --context-hash with --context");
  if (given.offline && (globals.consensus !== undefined || globals.execution !== undefined))
    throw usageError("Leave --offline out, or name no nodes");
  const { readContext } = await import("../../deposits/offline/context.ts");
  const context = given.context === undefined ? undefined : await readContext(given.context, given.contextHash);
  const named = [
    ...[given.chain, globals.network].flatMap((name) => (name === undefined ? [] : [networkByName(name)])),
    ...(given.networkFile === undefined ? [] : [await readNetworkFile(given.networkFile)]),
    ...(context === undefined ? [] : [context.network]),
  ];
  const [first, ...others] = named;
  if (first === undefined) throw usageError("Name the network with --chain, --network-file or --context");
  const other = others.find((candidate) => !isSame(first, candidate));
  if (other !== undefined)
    throw new EthStakeError("WRONG_NETWORK", `Name one network: ${first.name} and ${other.name} were named`);
  // The context knows the most: the root of a network that is made anew with every start.
  return { network: context?.network ?? first, context };
}

async function readNetworkFile(path: string): Promise<AnyNetwork> {
  const { parseNetworkFile } = await import("../../deposits/network.ts");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("NETWORK_FILE_MISSING", `Make ${path} readable: it describes the network`, { cause });
  });
  return parseNetworkFile(text, path);
}

function isSame(a: AnyNetwork, b: AnyNetwork): boolean {
  const roots = [a.genesisValidatorsRoot, b.genesisValidatorsRoot];
  return (
    a.name === b.name &&
    a.chainId === b.chainId &&
    a.genesisForkVersion === b.genesisForkVersion &&
    a.capellaForkVersion === b.capellaForkVersion &&
    (roots.includes(undefined) || roots[0] === roots[1])
  );
}
