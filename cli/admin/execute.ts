import { readFile } from "node:fs/promises";

import type { Command } from "commander";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";

import { readProgress, type Progress } from "../../deploy/administration/progress.ts";
import { signedSafeCall, simulateAsSafe } from "../../deploy/administration/safe.ts";
import { peopleOf, type Step } from "../../deploy/administration/steps.ts";
import { privateKey } from "../../runtime/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions } from "../options.ts";
import { time, type Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openSession, type Session } from "../session.ts";
import { readDecision } from "./read-decision.ts";

const options = z.object({ ownerKeysFile: z.string(), step: z.enum(["next", "cancel"]).default("next") });

/** `ethstake admin execute` */
export function executeCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "execute",
    description:
      "Signs the next step of a decision with keys of the Safe's owners, and sends it; --private-key-file pays",
    example:
      "ethstake admin execute decisions/pause/decision.json --owner-keys-file owners.txt --network hoodi --private-key-file key.txt",
    run: execute,
  })
    .argument("<file>", "what `admin decide` wrote")
    .requiredOption("--owner-keys-file <file>", "private keys of owners, one a line; or sign in Safe{Wallet} instead")
    .option("--step <step>", "next, or cancel");
}

async function execute(command: Command, io: CliIo): Promise<Answer> {
  const { ownerKeysFile, step: wanted } = readOptions(options, command);
  const session = await openSession(command, io);
  const decision = await readDecision(command.args[0] ?? "", session);
  const owners = await readOwners(ownerKeysFile);
  const step = dueStep(await readProgress(decision, session.deployment, session.execution), wanted, session.now);
  const sent = await sendStep(session, step, owners, `${step.name} ${decision.sentence}`);
  return {
    document: {
      action: "admin execute",
      sentence: decision.sentence,
      step: step.name,
      by: step.by,
      calls: sent.map(minedFields),
    },
    lines: [`${step.name}: ${decision.sentence}`, ...sent.map(minedLine)],
  };
}

function dueStep({ next, end, cancel }: Progress, wanted: "next" | "cancel", now: number): Step {
  if (wanted === "cancel") {
    if (cancel !== undefined) return cancel;
    throw new EthStakeError("NOTHING_TO_CANCEL", "Nothing waits that could be cancelled");
  }
  if (next === undefined)
    throw new EthStakeError("DECISION_OVER", `Decide again where it is still wanted: it is ${end ?? "over"}`);
  if (next.from <= now) return next.step;
  throw new EthStakeError("DECISION_NOT_DUE", `Wait until ${time(next.from)}: ${next.step.name} is due then`, {
    details: { from: next.from },
  });
}

async function sendStep(session: Session, { by, calls }: Step, owners: readonly LocalAccount[], sentence: string) {
  const safe = peopleOf(session.deployment)[by];
  const sender = await openSender(session);
  const sent = [];
  for (const call of calls) {
    await simulateAsSafe(session.execution, safe, call);
    sent.push(
      await sender.submit(`As the ${by}: ${sentence}.`, await signedSafeCall(session.execution, safe, owners, call)),
    );
  }
  return sent;
}

async function readOwners(path: string): Promise<LocalAccount[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("KEY_MISSING", `Make the file with the owners' keys readable: ${path}`, { cause });
  });
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => {
    const parsed = privateKey("").safeParse(line);
    if (parsed.success) return privateKeyToAccount(parsed.data);
    throw new EthStakeError("KEY_MALFORMED", `Put one private key of 64 hex digits on each line of ${path}`);
  });
}
