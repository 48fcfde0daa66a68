import type { Command } from "commander";
import { z } from "zod";

import { loadDeployment } from "../../chain/deployment.ts";
import { createSystemClock } from "../../runtime/clock.ts";
import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { openBeacons } from "../nodes.ts";
import { pubkeyText, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";
import { commaList } from "../../runtime/config.ts";
import { addNetworkOptions, networkFields, readNetwork } from "./network-options.ts";

const options = z.object({
  ...networkFields,
  out: z.string(),
  pubkeys: z.string().transform(commaList).pipe(z.array(pubkeyText)).default([]),
  depositData: z.string().optional(),
});

/** `ethstake deposits prepare` */
export function prepareCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "prepare",
    description: "Writes down what a machine without a network needs to know of the chain; nothing secret",
    example:
      "ethstake deposits prepare --chain hoodi --deposit-data deposit_data-1790000000.json --consensus http://127.0.0.1:5052 --out context.json",
    run: prepare,
  })
    .option("--out <file>", "where to write it", "context.json")
    .option("--pubkeys <keys>", "the keys that will be worked with, separated by commas")
    .option("--deposit-data <file>", "the same, from a deposit data file");
  return addNetworkOptions(command);
}

async function prepare(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  const { network } = await readNetwork(globals, given);
  const [{ prepareContext }, { writeContext }, { readDepositFile }] = await Promise.all([
    import("../../deposits/offline/prepare.ts"),
    import("../../deposits/offline/context.ts"),
    import("../../deposits/deposit-file.ts"),
  ]);
  const [beacon] = await openBeacons(globals, io, network);
  if (beacon === undefined) throw new TypeError("There is always one beacon node");
  const inFile = given.depositData === undefined ? [] : await readDepositFile(given.depositData);
  const deployment = globals.deployment === undefined ? undefined : await loadDeployment(globals.deployment);
  const content = await prepareContext({
    beacon,
    network,
    pubkeys: [...new Set([...given.pubkeys, ...inFile.map(({ pubkey }) => pubkey)])],
    withdrawalVault: deployment?.contracts.withdrawalVault,
    clock: io.clock ?? createSystemClock(),
  });
  const sha256 = await writeContext(given.out, content);
  return {
    document: { action: "deposits prepare", path: given.out, sha256, epoch: content.epoch, network: network.name },
    lines: [
      `Written: ${given.out}, as of epoch ${content.epoch} of ${network.name}, with ${content.validators.length} validators`,
      `Its hash, to compare over there: ${sha256}`,
      `Next, offline: add --offline --context ${given.out} --context-hash ${sha256.slice(2)}`,
    ],
  };
}
