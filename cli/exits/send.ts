import type { Command } from "commander";
import { z } from "zod";

import { createValidatorApi } from "../../chain/beacon/validator-api.ts";
import type { ExitVerdict } from "../../chain/exits/check.ts";
import type { NodeAnswer } from "../../chain/exits/send.ts";
import { commaList } from "../../runtime/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import { addNetworkOptions, networkFields, readNetwork } from "../deposits/network-options.ts";
import { consensusUrls } from "../environment.ts";
import { readGlobals, type Globals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { openBeacons } from "../nodes.ts";
import { readOptions, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { addExitSecretOptions, exitSecretFields, readExits } from "./read-exits.ts";

const options = z.object({ ...networkFields, ...exitSecretFields });
type Sent = ExitVerdict & { path: string; nodes: NodeAnswer[] };

/** `ethstake exits send` */
export function sendExitsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "send",
    description:
      "Checks signed exits against the chain and gives them to every node that is named; there is no way back",
    example: "ethstake exits send exit_messages/*.json --chain hoodi --consensus http://a:5052,http://b:5052",
    run: send,
  }).argument("<files...>", "exits, as `ethstake exits sign` or other tools wrote them");
  return addExitSecretOptions(addNetworkOptions(command));
}

async function send(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  if (given.offline) throw usageError("Leave --offline out: sending takes a network");
  const verdicts = await judge(io, globals, command.args, given);
  const ready = verdicts.filter(({ problem }) => problem === undefined);
  if (ready.length > 0 && !globals.dryRun) await assertConfirmed(io, globals, ready.length);
  const { sendExit } = await import("../../chain/exits/send.ts");
  const nodes = commaList(consensusUrls(globals, io)).map((url) => createValidatorApi({ url, signal: io.signal }));
  const sent: Sent[] = [];
  for (const verdict of verdicts) {
    const go = verdict.problem === undefined && !globals.dryRun;
    sent.push({ ...verdict, nodes: go ? await sendExit(nodes, verdict.exit) : [] });
  }
  const failed = sent.some(({ problem, nodes: answers }) =>
    problem === undefined ? !globals.dryRun && !answers.some(({ accepted }) => accepted) : !problem.done,
  );
  return { document: documentOf("exits send", sent, globals), lines: sent.flatMap(linesOf), failed };
}

/** Reads exits and checks them at the first node. */
export async function judge(
  io: CliIo,
  globals: Globals,
  paths: readonly string[],
  given: z.output<typeof options>,
): Promise<(ExitVerdict & { path: string })[]> {
  const { network } = await readNetwork(globals, given);
  const files = await readExits(io, paths, given);
  const [{ checkExits }, { exitDomainOf }] = await Promise.all([
    import("../../chain/exits/check.ts"),
    import("../../chain/exits/exit.ts"),
  ]);
  const [beacon] = await openBeacons(globals, io, network);
  if (beacon === undefined) throw usageError("Name a beacon node with --consensus");
  const { genesisValidatorsRoot } = await beacon.genesis();
  const exits = files.map(({ exit }) => exit);
  const verdicts = await checkExits(beacon, exits, exitDomainOf({ ...network, genesisValidatorsRoot }));
  return verdicts.map((verdict, i) => ({ ...verdict, path: paths[i] ?? "" }));
}

function documentOf(action: string, sent: readonly Sent[], { dryRun }: Globals): Record<string, unknown> {
  return {
    action,
    ...(dryRun ? { dryRun } : {}),
    exits: sent.map(({ path, exit, pubkey, problem, nodes }) => ({
      path,
      validatorIndex: exit.validatorIndex,
      epoch: exit.epoch,
      pubkey,
      ...(problem === undefined ? {} : { code: problem.code }),
      nodes,
    })),
  };
}

function linesOf({ path, exit, problem, nodes }: Sent): string[] {
  const what = `Exit of validator ${exit.validatorIndex}`;
  if (problem !== undefined) return [`${what}: ${problem.text} [${problem.code}] (${path})`];
  if (nodes.length === 0) return [`${what} would be taken (${path})`];
  return nodes.map(({ node, accepted, message }) => `${what}: ${accepted ? `taken by ${node}` : message}`);
}

async function assertConfirmed(io: CliIo, { yes }: Globals, count: number): Promise<void> {
  if (yes) return;
  if (io.confirm === undefined)
    throw new EthStakeError("NOT_CONFIRMED", "Add --yes to send this without being asked: nobody can be asked here");
  if (!(await io.confirm(`End ${count} validators for ever. Go on?`)))
    throw new EthStakeError("NOT_CONFIRMED", "Nothing was sent, as you answered no");
}
