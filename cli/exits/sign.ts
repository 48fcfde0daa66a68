import type { Command } from "commander";
import type { Hex } from "viem";
import { z } from "zod";

import type { AnyNetwork } from "../../chain/networks.ts";
import { commaList } from "../../runtime/config.ts";
import { createSystemClock } from "../../runtime/clock.ts";
import { createCommand } from "../command.ts";
import { addNetworkOptions, networkFields, readNetwork } from "../deposits/network-options.ts";
import { readGlobals, type Globals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { addKeyOptions, keyFields, readKeySource } from "../key-options.ts";
import { openBeacons } from "../nodes.ts";
import { readOptions, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { readSecret } from "../secrets.ts";

const options = z.object({
  ...networkFields,
  ...keyFields,
  epoch: wholeNumber.optional(),
  validatorIndex: wholeNumber.optional(),
  encrypt: z.boolean().default(false),
  exitPasswordFile: z.string().optional(),
  recipient: z.string().transform(commaList).optional(),
  out: z.string(),
});

/** `ethstake exits sign` */
export function signExitsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "sign",
    description: "Signs exits to be kept (EIP-7044: they never grow old), in the open or encrypted",
    example:
      "ethstake exits sign --chain hoodi --keystores validator_keys --keystore-password-file password.txt --recipient age1... --consensus http://127.0.0.1:5052",
    run: sign,
  })
    .option("--epoch <epoch>", "from when on it counts (default: the last finalised epoch)")
    .option("--validator-index <index>", "of a single key; otherwise the chain or the context is asked")
    .option("--encrypt", "with a password, in EIP-2335 form [ETHSTAKE_EXIT_PASSWORD_FILE, ETHSTAKE_EXIT_PASSWORD]")
    .option("--exit-password-file <file>", "the same, with the file of the password")
    .option("--recipient <keys>", "to public keys of age (age1...), separated by commas")
    .option("--out <folder>", "where files go", "exit_messages");
  return addKeyOptions(addNetworkOptions(command));
}

async function sign(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  const { network, context } = await readNetwork(globals, given);
  const [{ listPubkeys }, { exitDomainOf }, { preSignExits }] = await Promise.all([
    import("../../deposits/key-source.ts"),
    import("../../chain/exits/exit.ts"),
    import("../../deposits/exits/pre-sign.ts"),
  ]);
  const protection = await readProtection(io, given);
  const keys = await readKeySource(io, given);
  const pubkeys = await listPubkeys(keys);
  const known =
    context ?? (given.offline ? undefined : await askChain(globals, io, network, pubkeys, given.validatorIndex));
  const epoch = given.epoch ?? known?.epoch;
  if (epoch === undefined) throw usageError("Say from when on the exit counts with --epoch");
  const signed = await preSignExits({
    keys,
    validatorIndices: indicesOf(pubkeys, given.validatorIndex, known?.validators ?? []),
    epoch,
    domain: exitDomainOf(known?.network ?? network),
    protection,
    folder: given.out,
    stamp: Math.floor((io.clock ?? createSystemClock()).now()),
  });
  return {
    document: { action: "exits sign", network: network.name, exits: signed },
    lines: [
      ...signed.map(({ validatorIndex, path }) => `Exit of validator ${validatorIndex}: ${path}`),
      `${signed.length} exits signed for ${network.name}, counting from epoch ${epoch} on`,
      protection === undefined
        ? "They are not encrypted: whoever reads one can end the validator"
        : "They are encrypted; keep what opens them elsewhere",
    ],
  };
}

type Known = { network: AnyNetwork; epoch: number; validators: readonly { pubkey: Hex; index: number }[] };

async function askChain(
  globals: Globals,
  io: CliIo,
  network: AnyNetwork,
  pubkeys: readonly Hex[],
  validatorIndex: number | undefined,
): Promise<Known | undefined> {
  // With the index and the root of the network known, nothing need be asked.
  if (validatorIndex !== undefined && network.genesisValidatorsRoot !== undefined) return undefined;
  const { prepareContext } = await import("../../deposits/offline/prepare.ts");
  const [beacon] = await openBeacons(globals, io, network);
  if (beacon === undefined) throw usageError("Name a beacon node with --consensus");
  return prepareContext({ beacon, network, pubkeys, clock: io.clock ?? createSystemClock() });
}

function indicesOf(
  pubkeys: readonly Hex[],
  named: number | undefined,
  known: Known["validators"],
): ReadonlyMap<Hex, number> {
  const found = new Map(known.map(({ pubkey, index }) => [pubkey, index]));
  if (named === undefined) return found;
  const [only, ...others] = pubkeys;
  if (only === undefined || others.length > 0) throw usageError("Name one key alone with --validator-index");
  const onChain = found.get(only);
  if (onChain !== undefined && onChain !== named)
    throw usageError(`Correct --validator-index: the chain has ${only} at ${onChain}`);
  return new Map([[only, named]]);
}

async function readProtection(io: CliIo, given: z.output<typeof options>) {
  if (given.recipient !== undefined) {
    if (given.encrypt || given.exitPasswordFile !== undefined) throw usageError("Give a password, or a --recipient");
    const { assertRecipient } = await import("../../chain/exits/exit-file.ts");
    return { recipients: given.recipient.map(assertRecipient) };
  }
  if (!given.encrypt && given.exitPasswordFile === undefined) return undefined;
  const source = { file: given.exitPasswordFile, variable: "ETHSTAKE_EXIT_PASSWORD", what: "password of exits" };
  const password = await readSecret(io, source);
  if (password === undefined) throw usageError("Name the file of the password with --exit-password-file");
  return { password };
}
