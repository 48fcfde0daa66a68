// `ethstake slashing-protection`: one short command each, all on files (EIP-3076, version 5), none on a network.
import type { Command } from "commander";
import { z } from "zod";

import { hexOf } from "../../chain/beacon/codecs.ts";
import { NETWORK_NAMES, networkByName } from "../../chain/networks.ts";
import type { Interchange } from "../../deposits/protection/interchange.ts";
import { commaList } from "../../runtime/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand, createGroup } from "../command.ts";
import type { CliIo } from "../io.ts";
import { pubkeyText, readOptions } from "../options.ts";
import type { Answer } from "../output.ts";

const pubkeys = z.string().transform(commaList).pipe(z.array(pubkeyText).min(1)).optional();
const outOption = z.object({ out: z.string() });
const storeOption = z.object({ store: z.string() });
const exportOptions = z.object({ store: z.string(), out: z.string(), pubkeys });
const checkOptions = z.object({
  network: z.enum(NETWORK_NAMES).optional(),
  genesisValidatorsRoot: hexOf(32).optional(),
  pubkeys,
});

/** `ethstake slashing-protection` with everything under it. */
export function protectionGroup(io: CliIo): Command {
  return createGroup("slashing-protection", "What keys have signed, in files (EIP-3076): check, merge, keep", [
    checkCommand(io),
    mergeCommand(io),
    minifyCommand(io),
    importCommand(io),
    exportCommand(io),
  ]);
}

function checkCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "check",
    description:
      "Checks files: their shape and network, that no key is without protection, that nothing slashable is in them",
    example: "ethstake slashing-protection check protection.json --network hoodi",
    run: async (command) => {
      const given = readOptions(checkOptions, command);
      const { checkInterchange } = await import("../../deposits/protection/check.ts");
      const root = given.genesisValidatorsRoot ?? (given.network && networkByName(given.network).genesisValidatorsRoot);
      const expected = { genesisValidatorsRoot: root, pubkeys: given.pubkeys };
      const files = await readAll(command.args);
      const problems = files.flatMap((file, i) =>
        checkInterchange(file, expected).map((problem) => ({ file: command.args[i], ...problem })),
      );
      return {
        document: { action: "slashing-protection check", ok: problems.length === 0, problems },
        lines: [
          ...problems.map(({ file, pubkey, problem, code }) => `${file}: ${problem} (${pubkey ?? "all"}) [${code}]`),
          problems.length === 0 ? `${count(files)} in ${files.length} files, all in order` : "Do not import these",
        ],
        failed: problems.length > 0,
      };
    },
  })
    .argument("<files...>", "files to check")
    .option("--genesis-validators-root <root>", "of the network that they must be of (default: that of --network)")
    .option("--pubkeys <keys>", "keys that must be protected, separated by commas");
}

function mergeCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "merge",
    description: "Makes one file that forbids all that any of the files forbids",
    example: "ethstake slashing-protection merge old.json new.json --out merged.json",
    run: async (command) => {
      const { mergeInterchanges } = await import("../../deposits/protection/merge.ts");
      return written("merge", readOptions(outOption, command).out, mergeInterchanges(await readAll(command.args)));
    },
  })
    .argument("<files...>", "files to merge")
    .requiredOption("--out <file>", "where it goes; nothing is overwritten");
}

function minifyCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "minify",
    description: "Makes a small file that forbids everything up to the highest block and vote of each key",
    example: "ethstake slashing-protection minify protection.json --out small.json",
    run: async (command) => {
      const { mergeInterchanges, minifyInterchange } = await import("../../deposits/protection/merge.ts");
      const small = minifyInterchange(mergeInterchanges(await readAll(command.args)));
      return written("minify", readOptions(outOption, command).out, small);
    },
  })
    .argument("<file>", "file to minify")
    .requiredOption("--out <file>", "where it goes; nothing is overwritten");
}

function importCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "import",
    description: "Merges files into a store of your own: what it forbids only ever grows",
    example: "ethstake slashing-protection import exported.json --store protection.json",
    run: async (command) => {
      const { store } = readOptions(storeOption, command);
      const { importProtection } = await import("../../deposits/protection/store.ts");
      return answer("import", store, await importProtection(store, await readChecked(command.args)));
    },
  })
    .argument("<files...>", "files to import")
    .requiredOption("--store <file>", "the store; made when it is missing");
}

function exportCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "export",
    description: "Writes what the store knows of some keys, or of all, to be imported elsewhere",
    example: "ethstake slashing-protection export --store protection.json --pubkeys 0x8f...c1 --out part.json",
    run: async (command) => {
      const { store, out, pubkeys: keys } = readOptions(exportOptions, command);
      const { exportProtection } = await import("../../deposits/protection/store.ts");
      return written("export", out, await exportProtection(store, keys));
    },
  })
    .requiredOption("--store <file>", "the store")
    .requiredOption("--out <file>", "where it goes; nothing is overwritten")
    .option("--pubkeys <keys>", "only these, separated by commas");
}

async function readAll(paths: readonly string[]): Promise<Interchange[]> {
  const { readInterchange } = await import("../../deposits/protection/interchange.ts");
  return Promise.all(paths.map(readInterchange));
}

/** What is wrong would be in the store for ever. */
async function readChecked(paths: readonly string[]): Promise<Interchange[]> {
  const { checkInterchange } = await import("../../deposits/protection/check.ts");
  const files = await readAll(paths);
  for (const [i, file] of files.entries()) {
    const [first] = checkInterchange(file);
    if (first === undefined) continue;
    throw new EthStakeError(first.code, `Do not import ${paths[i]}: ${first.problem}`, { details: { ...first } });
  }
  return files;
}

async function written(what: string, path: string, file: Interchange): Promise<Answer> {
  const { writeInterchange } = await import("../../deposits/protection/interchange.ts");
  await writeInterchange(path, file);
  return answer(what, path, file);
}

function answer(what: string, path: string, file: Interchange): Answer {
  const pubkeysIn = file.keys.map(({ pubkey }) => pubkey);
  return {
    document: { action: `slashing-protection ${what}`, path, pubkeys: pubkeysIn },
    lines: [`${count([file])} in ${path}`],
  };
}

function count(files: readonly Interchange[]): string {
  const keys = new Set(files.flatMap((file) => file.keys.map(({ pubkey }) => pubkey))).size;
  return keys === 1 ? "1 key" : `${keys} keys`;
}
