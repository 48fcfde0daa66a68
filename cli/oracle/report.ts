import { readFile } from "node:fs/promises";

import type { Command } from "commander";
import { z } from "zod";

import { reportDifferences } from "../../chain/report/differences.ts";
import { hashReport } from "../../chain/report/encoding.ts";
import type { Report } from "../../chain/report/report.ts";
import { formatGwei, formatWei } from "../../chain/units.ts";
import { buildReport } from "../../oracle/decide/build-report.ts";
import { buildPastReport, findSettled } from "../../oracle/tell/past-report.ts";
import { parseSnapshot, stringifySnapshot } from "../../oracle/store/snapshot-json.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions, wholeNumber } from "../options.ts";
import { rows, type Answer } from "../output.ts";
import { withOracle } from "./context.ts";

const reportOptions = z.object({ slot: wholeNumber, inputs: z.string().optional() });
const refSlotOption = z.object({ refSlot: wholeNumber });
const replayOptions = z.object({ reportHash: z.string().optional() });

/** `ethstake oracle report` */
export function oracleReportCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "report",
    description: "Builds the report of a frame and prints it; nothing is signed",
    example: "ethstake oracle report --slot 14399 --inputs inputs.json --network hoodi --json",
    run: (command) => {
      const { slot, inputs } = readOptions(reportOptions, command);
      return withOracle(command, io, async (context) => {
        const { report, leaves, snapshot, sources } = await buildPastReport(context, slot);
        if (inputs !== undefined) await writeFileAtomic(inputs, stringifySnapshot(snapshot), { overwrite: true });
        const reportHash = hashReport(report);
        return {
          document: { action: "report", reportHash, report, leaves, sources },
          lines: [...reportLines(report, reportHash), `Read from: ${sources.join(", ")}`],
        };
      });
    },
  })
    .requiredOption("--slot <slot>", "last slot of the frame")
    .option("--inputs <file>", "also write all that the report is made of, for replay");
}

/** `ethstake oracle verify-report` */
export function oracleVerifyReportCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "verify-report",
    description: "Builds a settled report again from your own nodes, and says whether it is the same and where not",
    example: "ethstake oracle verify-report --ref-slot 14399 --network hoodi",
    run: (command) => {
      const { refSlot } = readOptions(refSlotOption, command);
      return withOracle(command, io, async (context): Promise<Answer> => {
        const { settled } = await findSettled(context, refSlot);
        const { report } = await buildPastReport(context, refSlot);
        const reportHash = hashReport(report);
        const same = reportHash === settled.reportHash;
        const differences = reportDifferences(report, settled.report);
        const lines = Object.entries(differences).map(
          ([field, { ours, theirs }]) => `  ${field}: ${stringifyJson(ours)} here, ${stringifyJson(theirs)} settled`,
        );
        return {
          document: {
            action: "verify-report",
            refSlot,
            same,
            reportHash,
            settledHash: settled.reportHash,
            differences,
          },
          lines: [
            same ? `Same: ${reportHash}` : `Different: ${reportHash} here, ${settled.reportHash} settled`,
            ...lines,
          ],
          ...(same ? {} : { failed: true }),
        };
      });
    },
  }).requiredOption("--ref-slot <slot>", "reference slot of the settled report");
}

/** `ethstake oracle replay` */
export function oracleReplayCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "replay",
    description: "Builds a report again from a file of inputs, without any node",
    example: "ethstake oracle replay inputs.json --report-hash 0x5a…",
    run: async (command) => {
      const { reportHash: want } = readOptions(replayOptions, command);
      const [file = ""] = command.args;
      const text = await readFile(file, "utf8").catch((cause: unknown) => {
        throw new EthStakeError("INPUTS_INVALID", `Name a file that can be read: ${file}`, { cause });
      });
      const { report, leaves } = buildReport(parseSnapshot(text));
      const reportHash = hashReport(report);
      const same = want === undefined || want.toLowerCase() === reportHash;
      return {
        document: { action: "replay", reportHash, report, leaves, ...(want === undefined ? {} : { same }) },
        lines: [...reportLines(report, reportHash), ...(same ? [] : [`Different: ${want} was expected`])],
        ...(same ? {} : { failed: true }),
      };
    },
  })
    .argument("<file>", "what `oracle report --inputs` wrote")
    .option("--report-hash <hash>", "fail when the report has another hash");
}

function reportLines(report: Report, reportHash: string): string[] {
  return rows([
    ["Report", reportHash],
    ["Slot", `${report.refSlot}, built on ${report.previousRefSlot}`],
    ["Block root", report.blockRoot],
    ["Consensus balance", `${formatGwei(report.consensusBalanceGwei)} ETH`],
    ["Exiting", `${formatGwei(report.exitingGwei)} ETH`],
    ["Withdrawals ever", `${formatWei(report.withdrawalReceiptsWei)} ETH`],
    ["Tips and MEV ever", `${formatWei(report.executionReceiptsWei)} ETH`],
    ["Rewards tree", `${report.rewardsRoot}, ${formatWei(report.rewardsTotalShares)} shares`],
    [
      "Losses, breaches, thefts, exits",
      [report.losses, report.breaches, report.thefts, report.exits].map(({ length }) => length).join(", "),
    ],
  ]);
}
