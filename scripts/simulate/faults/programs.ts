import { parseGwei } from "viem";

import { oneOf } from "../actors/act.ts";
import { CALM_WEI } from "../fees.ts";
import type { Gate } from "../gate.ts";
import type { World } from "../world.ts";
import type { Fault } from "./fault.ts";

/** More than the keeper pays. */
const SPIKE_WEI = parseGwei("4");

/** A node is away: its port answers nobody. */
function restart(which: (world: World) => Gate): Fault {
  return {
    begin: async (world) => {
      which(world).shut();
      return true;
    },
    end: async (world) => which(world).reopen(),
  };
}

export const beaconRestart = restart(({ gates }) => gates.beacon);
export const executionRestart = restart(({ gates }) => gates.execution);

/** One member loses power, unless others have lost it already. */
export const oracleCrash: Fault = {
  begin: async ({ stage }, { who }) => {
    const running = stage.oracles.filter((oracle) => oracle.running);
    if (running.length < stage.oracles.length) return false;
    await oneOf(running, who).kill();
    return true;
  },
  end: startAll,
};

/** So many members are gone that the rest is no quorum. */
export const missingReport: Fault = {
  begin: async ({ stage }) => {
    for (const oracle of stage.oracles.slice(0, 2)) await oracle.kill();
    return true;
  },
  end: startAll,
};

export const keeperCrash: Fault = {
  begin: async ({ keeper }) => {
    if (!keeper.running) return false;
    await keeper.kill();
    return true;
  },
  end: async ({ keeper }) => {
    if (!keeper.running) keeper.start();
  },
};

export const feeSpike: Fault = {
  begin: async ({ fees }) => {
    fees.targetWei = SPIKE_WEI;
    return true;
  },
  end: async ({ fees }) => {
    fees.targetWei = CALM_WEI;
  },
};

async function startAll({ stage }: World): Promise<void> {
  for (const oracle of stage.oracles) if (!oracle.running) oracle.start();
}
