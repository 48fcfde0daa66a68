import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Command } from "commander";
import { getContract, isAddress, type Abi, type Address } from "viem";
import { z } from "zod";

import { toExecutionError } from "../../chain/execution/revert.ts";
import { argumentsOf, changedTuple } from "../../deploy/administration/arguments.ts";
import {
  decidedFunction,
  encodeCall,
  holderOf,
  type DecidedFunction,
  type Decision,
} from "../../deploy/administration/decision.ts";
import { readDelays } from "../../deploy/administration/delays.ts";
import { readOperation } from "../../deploy/administration/progress.ts";
import { safeFileName, safeFileText } from "../../deploy/administration/safe-file.ts";
import { simulateAsSafe } from "../../deploy/administration/safe.ts";
import { peopleOf, stepsOf } from "../../deploy/administration/steps.ts";
import { HOLDERS } from "../../deploy/roles.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { openSession, type Session } from "../session.ts";
import { stepLines } from "./step-lines.ts";

const options = z.object({
  out: z.string(),
  as: z.enum(HOLDERS).optional(),
  report: z.string().optional(),
  set: z.array(z.string().regex(/^[A-Za-z]+=.+$/, "name=value is expected")).default([]),
});

/** `ethstake admin decide` */
export function decideCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "decide",
    description: "Writes what the owners of a multisig sign, step by step, for Safe{Wallet} or `admin execute`",
    example: "ethstake admin decide pool.pause '[1, 86400]' --out decisions/pause --network hoodi",
    run: decide,
  })
    .argument("<function>", "contract and function, as in pool.pause or distribution.setParameters")
    .argument("[arguments]", "JSON list; whole numbers may be strings")
    .option("--set <name=value...>", "instead of arguments: what to change of the parameters that there are now")
    .option("--report <file>", "for distribution.confirmReport: what `oracle report --json` printed")
    .option("--as <holder>", "who decides, where several may")
    .requiredOption("--out <folder>", "where the files go");
}

async function decide(command: Command, io: CliIo): Promise<Answer> {
  const { out, as, set, report } = readOptions(options, command);
  const [name = ""] = command.args;
  const called = decidedFunction(name);
  const holder = holderOf(called.role, as);
  const session = await openSession(command, io);
  const { deployment } = session;
  const to = targetOf(session, called);
  const args =
    set.length > 0
      ? await changedArguments(session, called, to, set)
      : argumentsOf(called.item.inputs, report === undefined ? parse(command.args[1]) : await confirmation(report));
  const data = encodeCall(called, args);
  const announced = await readOperation({ holder, to, data }, deployment, session.execution);
  const decision: Decision = {
    network: deployment.network,
    chainId: deployment.chainId,
    sentence: `${name}(${args.map((arg) => stringifyJson(arg)).join(", ")})`,
    to,
    data,
    role: called.role,
    holder,
    salt: `0x${session.at.blockNumber.toString(16).padStart(64, "0")}`,
    announcedBefore: announced.nonce,
    ...(await readDelays(deployment, session.execution, called.role, holder)),
  };
  const steps = stepsOf(decision, deployment);
  const [first] = steps;
  if (first?.name === "do")
    await simulateAsSafe(session.execution, peopleOf(deployment)[first.by], { to, data: decision.data });

  const path = join(out, "decision.json");
  const files = steps.map((step, i) => ({
    path: join(out, safeFileName(i, step)),
    text: safeFileText(decision, step),
  }));
  if (!session.globals.dryRun) {
    await writeFileAtomic(path, `${stringifyJson(decision, 2)}\n`);
    for (const file of files) await writeFileAtomic(file.path, file.text);
  }
  return {
    document: { action: "admin decide", ...decision, steps, file: path, safeFiles: files.map((file) => file.path) },
    lines: [
      `${decision.sentence} needs ${decision.role}, which the ${holder} holds`,
      ...stepLines(decision, deployment),
      session.globals.dryRun
        ? "Dry run: nothing was written"
        : `For the Transaction Builder of Safe{Wallet}: ${files.map((file) => file.path).join(" ")}`,
      `How far it is: ethstake admin status ${path}`,
    ],
  };
}

function targetOf({ deployment }: Session, { target }: DecidedFunction): Address {
  const address = deployment.contracts[target];
  if (address !== undefined && isAddress(address)) return address;
  throw new EthStakeError("DEPLOYMENT_INVALID", `Use an addresses file that names ${target}`);
}

/** The one tuple of a setter as it is now, with what is to change. */
async function changedArguments(
  { execution, at }: Session,
  { abi, item }: DecidedFunction,
  address: Address,
  set: readonly string[],
): Promise<unknown[]> {
  const [tuple] = item.inputs;
  const view = item.name.replace(/^set(.)/, (_, letter: string) => letter.toLowerCase());
  const isReadable = (abi as Abi).some(
    (one) => one.type === "function" && one.name === view && one.inputs.length === 0,
  );
  if (tuple?.type !== "tuple" || !isReadable)
    throw usageError(`Give arguments instead of --set: ${item.name} has no parameters to start from`);
  const contract = getContract({ address, abi: abi as Abi, client: execution.client });
  const now = await (contract.read[view] as (options: object) => Promise<unknown>)(at).catch((error: unknown) => {
    throw toExecutionError(error, `Reading ${view}`);
  });
  const changes = set.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const);
  return [changedTuple(tuple, now as Record<string, unknown>, changes)];
}

/** The arguments of `confirmReport`; a hint of zero makes the contract search. */
async function confirmation(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8").catch(() => {
    throw usageError(`Name a readable file with --report instead of ${path}`);
  });
  const document = z.object({ report: z.unknown() }).safeParse(parse(text));
  if (document.success) return [document.data.report, "0"];
  throw usageError(`Write ${path} with: ethstake oracle report --slot N --json`);
}

function parse(json: string | undefined): unknown {
  if (json === undefined) return [];
  try {
    return JSON.parse(json);
  } catch {
    throw usageError(`Give the arguments as a JSON list, as in '[1, 86400]', instead of ${json}`);
  }
}
