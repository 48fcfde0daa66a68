import { KINDS, type Breakdown, type Part } from "./breakdown.ts";

/** A breakdown for a terminal: a line for each contract, gas by kind and in brackets how often it was paid. */
export function toExplanation(breakdown: Breakdown): string {
  const rows = [...breakdown].flatMap(([contract, parts]) => {
    const totalGas = [...parts.values()].reduce((sum, { gas }) => sum + gas, 0);
    if (totalGas === 0) return [];
    return [[contract, ...KINDS.map((kind) => cell(parts.get(kind))), totalGas.toLocaleString("en-US")]];
  });
  const table = [["", ...KINDS, "total"], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) => row.map((text, column) => text.padStart(widths[column] ?? 0)).join("  ")).join("\n");
}

function cell(part: Part | undefined): string {
  if (part === undefined || part.gas === 0) return "";
  return part.gas.toLocaleString("en-US") + (part.count === 0 ? "" : ` (${part.count})`);
}
