import { readFile } from "node:fs/promises";

import type { Command } from "commander";
import { z } from "zod";

import { hashReport } from "../../chain/report/encoding.ts";
import { rewardsRoot } from "../../chain/report/rewards-tree.ts";
import { formatWei } from "../../chain/units.ts";
import {
  operatorPerformance,
  performanceOf,
  performanceProblems,
  type OperatorPerformance,
  type Performance,
} from "../../oracle/decide/performance.ts";
import { parsePerformance, stringifyPerformance } from "../../oracle/store/performance-json.ts";
import { buildPastReport, findSettled } from "../../oracle/tell/past-report.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { readBoundedText } from "../../runtime/bounded-body.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions, usageError, wholeNumber } from "../options.ts";
import { withOracle } from "../oracle/context.ts";
import { rows, table, type Answer } from "../output.ts";

const options = z.object({
  operator: wholeNumber,
  refSlot: wholeNumber.optional(),
  file: z.string().optional(),
  out: z.string().optional(),
});
/** With 33,000 validators and a whole period of 28 days a file has some megabytes. */
const MAX_FILE_BYTES = 64_000_000;

/** `ethstake operator performance` */
export function operatorPerformanceCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "performance",
    description:
      "Shows what a settled report says of an operator, and whether it follows from the duties of each epoch",
    example: "ethstake operator performance --operator 1 --file https://oracle-a.example/performance-14399.json",
    run: performance,
  })
    .requiredOption("--operator <number>", "number of the operator")
    .option("--file <path>", "path or address of what an oracle member published, instead of asking your own nodes")
    .option("--ref-slot <slot>", "settled frame that is worked out from your own nodes")
    .option("--out <file>", "also write what was worked out, to be held against what members published");
}

async function performance(command: Command, io: CliIo): Promise<Answer> {
  const { operator, refSlot, file, out } = readOptions(options, command);
  if ((file === undefined) === (refSlot === undefined)) throw usageError("Give either --file or --ref-slot");
  return withOracle(command, io, async (context) => {
    const record = file === undefined ? undefined : parsePerformance(await readText(file, io.signal));
    const slot = refSlot ?? Number(record?.report.refSlot);
    const { settled, before } = await findSettled(context, slot);
    const found = record ?? (await workOut(context, slot));
    if (out !== undefined) await writeFileAtomic(out, stringifyPerformance(found), { overwrite: true });

    const isSettled = hashReport(found.report) === settled.reportHash;
    const beforeRoot = before?.report.rewardsRoot ?? rewardsRoot([]);
    const problems = [
      ...(isSettled ? [] : [`its report is not the settled one, ${settled.reportHash}`]),
      ...(rewardsRoot(found.previousLeaves) === beforeRoot ? [] : ["it builds on leaves that were not settled"]),
      ...performanceProblems(found),
    ];
    const part = operatorPerformance(found, operator);
    return {
      document: { action: "operator performance", operatorId: operator, refSlot: slot, problems, ...part },
      lines: [...partLines(operator, slot, part), "", ...verdict(problems)],
      ...(problems.length === 0 ? {} : { failed: true }),
    };
  });
}

async function workOut(context: Parameters<typeof buildPastReport>[0], refSlot: number): Promise<Performance> {
  const { snapshot, report, leaves } = await buildPastReport(context, refSlot);
  return performanceOf(snapshot, { report, leaves });
}

async function readText(path: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    if (!/^https?:\/\//.test(path)) return await readFile(path, "utf8");
    const response = await fetch(path, signal === undefined ? {} : { signal });
    if (response.ok && response.body !== null) return await readBoundedText(response.body, MAX_FILE_BYTES);
    await response.body?.cancel();
    throw new EthStakeError("PERFORMANCE_MISSING", `the answer is ${response.status}`);
  } catch (cause) {
    throw new EthStakeError("PERFORMANCE_MISSING", `Name a performance file that can be read instead of ${path}`, {
      cause,
    });
  }
}

function partLines(operatorId: number, refSlot: number, { rewards, periods, epochs }: OperatorPerformance): string[] {
  const judged = epochs.filter(({ assignedGwei }) => assignedGwei > 0n);
  const missed = judged.filter(({ assignedGwei, attestedGwei }) => attestedGwei < assignedGwei);
  return [
    ...rows([
      ["Operator", `${operatorId}, frame that ends with slot ${refSlot}`],
      [
        "Rewards",
        `${formatWei(rewards.newShares)} ethSTAKE, ${formatWei(rewards.cumulativeShares)} since the beginning`,
      ],
      ["Epochs with a duty", `${judged.length}, ${missed.length} of them not attested in full`],
    ]),
    ...(periods.length === 0
      ? ["No period ended with this frame"]
      : table(
          ["Period", "Uptime", "Asked for", "Epochs", "Left out", "Breach"],
          periods.map((period) => [
            String(period.period),
            period.uptimePpm === undefined ? "-" : percent(period.uptimePpm),
            percent(period.thresholdPpm),
            String(period.countedEpochs),
            String(period.excludedEpochs),
            period.breached ? "yes" : "no",
          ]),
        )),
  ];
}

function verdict(problems: readonly string[]): string[] {
  if (problems.length === 0) return ["The settled report follows from these epochs."];
  return ["The settled report does not follow from this:", ...problems.map((problem) => `  ${problem}`)];
}

function percent(ppm: number): string {
  return `${(ppm / 10_000).toFixed(2)} %`;
}
