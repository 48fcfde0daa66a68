import type { Command } from "commander";

import { explainReport } from "../../oracle/tell/explain.ts";
import { findSettled } from "../../oracle/tell/past-report.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { usageError, wholeNumber } from "../options.ts";
import { rows } from "../output.ts";
import { withOracle } from "./context.ts";

/** `ethstake oracle explain` */
export function oracleExplainCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "explain",
    description: "Says in words and ETH what changed from the settled report before to this one",
    example: "ethstake oracle explain 14399 --network hoodi",
    run: (command) => {
      const refSlot = wholeNumber.safeParse(command.args[0]);
      if (!refSlot.success) throw usageError("Give the reference slot of a settled report");
      return withOracle(command, io, async (context) => {
        const { settled, before } = await findSettled(context, refSlot.data);
        const changes = explainReport(settled.report, before?.report);
        return {
          document: { action: "explain", refSlot: refSlot.data, reportHash: settled.reportHash, changes },
          lines: rows(changes.map(({ about, text }) => [about, text])),
        };
      });
    },
  }).argument("<ref-slot>", "reference slot of a settled report");
}
