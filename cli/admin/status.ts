import type { Command } from "commander";

import { readProgress, type Progress } from "../../deploy/administration/progress.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { time, type Answer } from "../output.ts";
import { openSession } from "../session.ts";
import { readDecision } from "./read-decision.ts";

/** `ethstake admin status` */
export function adminStatusCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "status",
    description: "How far a decision is, and what is to be signed next",
    example: "ethstake admin status decisions/limits/decision.json --network hoodi",
    run: status,
  }).argument("<file>", "what `admin decide` wrote");
}

async function status(command: Command, io: CliIo): Promise<Answer> {
  const session = await openSession(command, io);
  const decision = await readDecision(command.args[0] ?? "", session);
  const { next, end, cancel } = await readProgress(decision, session.deployment, session.execution);
  return {
    document: {
      action: "admin status",
      sentence: decision.sentence,
      next: next && { step: next.step.name, by: next.step.by, from: next.from, due: next.from <= session.now },
      end,
      cancellable: cancel !== undefined,
    },
    lines: [decision.sentence, ...progressLines({ next, end, cancel }, session.now)],
  };
}

function progressLines({ next, end, cancel }: Pick<Progress, "next" | "end" | "cancel">, now: number): string[] {
  if (next === undefined) return [`It is ${end ?? "over"}`];
  const when = next.from <= now ? "now" : `from ${time(next.from)} on`;
  const stop = cancel === undefined ? [] : [`The ${cancel.by} can still stop it: --step cancel`];
  return [`Next: ${next.step.name}, by the ${next.step.by}'s owners, ${when}`, ...stop];
}
