import type { Command } from "commander";
import { z } from "zod";

import { loadDeployment } from "../../chain/deployment.ts";
import { formatWei } from "../../chain/units.ts";
import { DEFAULT_STORE, readKeeperStoreConfig } from "../../keeper/config.ts";
import { createSystemClock } from "../../runtime/clock.ts";
import { createCommand } from "../command.ts";
import { deploymentPath } from "../environment.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { readOptions } from "../options.ts";
import type { Answer } from "../output.ts";

const options = z.object({ days: z.coerce.number().int().min(1).default(30) });
const SECONDS_PER_DAY = 86_400;

/** `ethstake keeper costs` */
export function keeperCostsCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "costs",
    description: "Says what the transactions of keepers took, by day and job, out of their database",
    example: "KEEPER_DATA_DIR=data/keeper ethstake keeper costs --network hoodi --days 7",
    run: (command) => tellCosts(command, io),
  }).option("--days <count>", "how many days back, today included (default: 30)");
}

async function tellCosts(command: Command, io: CliIo): Promise<Answer> {
  const { days } = readOptions(options, command);
  const deployment = await loadDeployment(deploymentPath(readGlobals(command), io));
  // Loaded when they are needed: most commands need no database.
  const { deploymentKey, openKeeperStore } = await import("../../keeper/store/schema.ts");
  const { readCosts } = await import("../../keeper/store/costs.ts");
  const database = await openKeeperStore(readKeeperStoreConfig(io.env) ?? DEFAULT_STORE);
  try {
    const today = Math.floor((io.clock ?? createSystemClock()).now() / SECONDS_PER_DAY);
    const costs = await readCosts(database, deploymentKey(deployment), (today - days + 1) * SECONDS_PER_DAY);
    const totalWei = costs.reduce((sum, { costWei }) => sum + costWei, 0n);
    return {
      document: { action: "keeper costs", days, costs, totalWei },
      lines: [
        ...costs.map(({ day, job, transactions, reverted, gasUsed, costWei }) => {
          const failed = reverted === 0 ? "" : `, ${reverted} reverted`;
          return `${day} ${job}: ${transactions} transactions${failed}, ${gasUsed} gas, ${formatWei(costWei, 6)} ETH`;
        }),
        `In all: ${formatWei(totalWei, 6)} ETH`,
      ],
    };
  } finally {
    await database.close();
  }
}
