import { GOALS, gasGoalMet, slotGoalMet } from "./goals.ts";
import type { Costs } from "./operations/all.ts";
import type { Hardfork } from "./world.ts";

export type CostsByHardfork = Readonly<Record<Hardfork, Costs>>;

const HEADINGS = ["operation", "gas", "goal", "", "new slots", "goal", "", "best peer", "floor", "gas on amsterdam"];

/** The rows that text and Markdown share. */
function rowsOf({ osaka, amsterdam }: CostsByHardfork): string[][] {
  return GOALS.map((goal) => {
    const { gas, newSlots } = osaka[goal.name];
    return [
      goal.what,
      number(gas),
      number(goal.goal),
      verdict(gasGoalMet(goal, gas)),
      number(newSlots),
      number(goal.newSlots),
      verdict(slotGoalMet(goal, newSlots)),
      goal.bestPeer ?? "",
      goal.floor ?? "",
      number(amsterdam[goal.name].gas),
    ];
  });
}

/** The table for a terminal. */
export function toText(costs: CostsByHardfork): string {
  const rows = [HEADINGS, ...rowsOf(costs)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The table for docs/gas.md. */
export function toMarkdown(costs: CostsByHardfork): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const alignment = ["---", "--:", "--:", "---", "--:", "--:", "---", "---", "---", "--:"];
  return [HEADINGS, alignment, ...rowsOf(costs)].map(line).join("\n");
}

function number(value: number | undefined): string {
  return value === undefined ? "" : value.toLocaleString("en-US");
}

function verdict(met: boolean | undefined): string {
  return met === undefined ? "" : met ? "met" : "not met";
}
