import type { Command } from "commander";
import { z } from "zod";

import type { ExitVerdict } from "../../chain/exits/check.ts";
import type { OfflineContext } from "../../deposits/offline/context.ts";
import { createCommand } from "../command.ts";
import { addNetworkOptions, networkFields, readNetwork } from "../deposits/network-options.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { readOptions, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { addExitSecretOptions, exitSecretFields, readExits } from "./read-exits.ts";
import { judge } from "./send.ts";

const options = z.object({ ...networkFields, ...exitSecretFields });
type Verdict = ExitVerdict & { path: string };

/** `ethstake exits verify` */
export function verifyExitsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "verify",
    description: "Checks signed exits: against the chain, or offline against a context",
    example: "ethstake exits verify exit_messages/*.json --chain hoodi --consensus http://127.0.0.1:5052",
    run: verify,
  }).argument("<files...>", "exits, as `ethstake exits sign` or other tools wrote them");
  return addExitSecretOptions(addNetworkOptions(command));
}

async function verify(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  const verdicts = given.offline
    ? await judgeOffline(io, command.args, given, (await readNetwork(globals, given)).context)
    : await judge(io, globals, command.args, given);
  const bad = verdicts.filter(({ problem }) => problem !== undefined && !problem.done);
  return {
    document: {
      action: "exits verify",
      ok: bad.length === 0,
      exits: verdicts.map(({ path, exit, pubkey, problem }) => ({
        path,
        validatorIndex: exit.validatorIndex,
        epoch: exit.epoch,
        pubkey,
        ...(problem === undefined ? {} : { code: problem.code }),
      })),
    },
    lines: verdicts.map(({ path, exit, problem }) => {
      const verdict = problem === undefined ? "is right" : `${problem.text} [${problem.code}]`;
      return `Exit of validator ${exit.validatorIndex}: ${verdict} (${path})`;
    }),
    failed: bad.length > 0,
  };
}

/** Without a chain only the signature can be judged. */
async function judgeOffline(
  io: CliIo,
  paths: readonly string[],
  given: z.output<typeof options>,
  context: OfflineContext | undefined,
): Promise<Verdict[]> {
  if (context === undefined) throw usageError("Name what is known of the validators with --context");
  const { exitDomainOf, isExitValid } = await import("../../chain/exits/exit.ts");
  const domain = exitDomainOf(context.network);
  return (await readExits(io, paths, given)).map(({ path, exit }) => {
    const pubkey = context.validators.find(({ index }) => index === exit.validatorIndex)?.pubkey;
    if (pubkey !== undefined && isExitValid(exit, pubkey, domain)) return { path, exit, pubkey };
    const problem =
      pubkey === undefined
        ? { code: "VALIDATOR_UNKNOWN", text: "the context has no validator with this index", done: false }
        : { code: "SIGNATURE_INVALID", text: `the signature is not that of ${pubkey}`, done: false };
    return { path, exit, pubkey, problem };
  });
}
