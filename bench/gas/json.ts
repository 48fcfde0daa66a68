import type { OperationName } from "./operations/all.ts";
import { HARDFORKS, type Hardfork } from "./world.ts";
import type { CostsByHardfork } from "./table.ts";

/** A stable format: other programs read it. */
export type GasReport = { operations: { name: OperationName; hardfork: Hardfork; gas: number; newSlots: number }[] };

/** Names of the format; what only explains a figure stands in the table alone. */
const NAMES = [
  "stake.existing",
  "stake.new",
  "transfer.existing",
  "transfer.new",
  "approve",
  "withdraw.request",
  "claim",
  "finalize.extra",
  "settle",
  "settle.perOperator",
  "key.batch32",
  "predeposit.batch32",
  "prove.batch8",
  "fund.batch8",
  "gasPerEth.2048",
] as const satisfies OperationName[];

/** The figures for a program. */
export function toJson(costs: CostsByHardfork): GasReport {
  return {
    operations: HARDFORKS.flatMap((hardfork) =>
      NAMES.map((name) => {
        const { gas, newSlots } = costs[hardfork][name];
        return { name, hardfork, gas, newSlots };
      }),
    ),
  };
}
