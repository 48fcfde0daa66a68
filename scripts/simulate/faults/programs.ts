import { parseGwei } from "viem";

import type { Program } from "../../network/program.ts";
import { oneOf } from "../actors/act.ts";
import { CALM_WEI } from "../fees.ts";
import type { Gate } from "../gate.ts";
import type { PlannedFault } from "../plan/plan.ts";
import type { World } from "../world.ts";
import { nameOf, type Fault } from "./fault.ts";

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

/** One member loses power. */
export const oracleCrash: Fault = {
  begin: async (world, fault) => {
    const running = world.stage.oracles.filter((oracle) => oracle.running);
    if (running.length === 0) return false;
    await cutPower(world, fault, [oneOf(running, fault.who)]);
    return true;
  },
  end: restorePower,
};

/** So many members are gone that the rest is no quorum. */
export const missingReport: Fault = {
  begin: async (world, fault) => {
    await cutPower(world, fault, world.stage.oracles.slice(0, 2));
    return true;
  },
  end: restorePower,
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

async function cutPower({ withoutPower }: World, fault: PlannedFault, oracles: readonly Program[]): Promise<void> {
  withoutPower.set(nameOf(fault), oracles);
  for (const oracle of oracles) await oracle.kill();
}

/** Starts those that no other fault keeps down. */
async function restorePower({ withoutPower }: World, fault: PlannedFault): Promise<void> {
  const back = withoutPower.get(nameOf(fault)) ?? [];
  withoutPower.delete(nameOf(fault));
  const down = new Set([...withoutPower.values()].flat());
  for (const oracle of back) if (!down.has(oracle) && !oracle.running) oracle.start();
}
