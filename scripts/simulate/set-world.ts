import { join } from "node:path";

import { createProgram } from "../network/program.ts";
import { createLedgerMemory } from "../network/ledger/memory.ts";
import type { Stage } from "../network/stage.ts";
import { addKeys, register } from "./actors/operators.ts";
import { stake } from "./actors/stakers.ts";
import { runSlot } from "./clockwork.ts";
import { createFees } from "./fees.ts";
import type { Gate } from "./gate.ts";
import { createOutages } from "./outages.ts";
import { TARGET_ETHER } from "./parameters.ts";
import { keeper as keeperPerson, operators as people, stakers } from "./people.ts";
import { createSender } from "./sender.ts";
import type { World } from "./world.ts";

/** Validators that are there from the start, and belong to others, unless a scenario wants another number. */
export const GENESIS_VALIDATORS = 80;
const FIRST_OPERATORS = 4;
const FIRST_STAKES = 10;
const MAX_SLOTS = 300;
const KEEPER_SECONDS = 2;
/** In gwei: a spike of the base fee goes above it. */
const KEEPER_MAX_FEE = "5";

export type WorldOptions = {
  gates: World["gates"];
  /** Validators that are there from the start. */
  others: number;
  onOutput: (name: string, text: string) => void;
};

/** Puts the keeper and everything that the simulation moves around a stage. */
export function createWorld(stage: Stage, { gates, others, onOutput }: WorldOptions): World {
  const keeper = createProgram({
    name: "keeper",
    argv: ["keeper", "run"],
    settings: keeperSettings(stage, gates),
    onOutput,
  });
  return {
    stage,
    keeper,
    gates,
    sender: createSender(stage.execution),
    outages: createOutages(stage.net),
    fees: createFees(stage.execution),
    memory: createLedgerMemory(stage.deployment),
    operators: [],
    keys: new Map(),
    toShow: new Set(),
    outsiders: Array.from({ length: others }, (_, index) => index),
    withoutPower: new Map(),
    reviewed: [],
    restarts: new Map(),
    skipUntilSlot: 0,
    marks: new Map(),
    notes: [],
  };
}

/** The environment of the keeper, which keeps nothing beyond the run: what it has sent belongs to this chain alone. */
export function keeperSettings(
  {
    deploymentFile,
    folder,
    oracles,
  }: Pick<Stage, "deploymentFile" | "folder"> & {
    oracles: readonly { url: string }[];
  },
  gates: { execution: { url: string }; beacon: { url: string } },
): Record<string, string> {
  return {
    EXECUTION_CLIENT_URI: gates.execution.url,
    CONSENSUS_CLIENT_URI: gates.beacon.url,
    DEPLOYMENT_FILE: deploymentFile,
    KEEPER_PRIVATE_KEY: keeperPerson.privateKey,
    METRICS_LISTEN: "off",
    HEALTH_LISTEN: "off",
    KEEPER_DATA_DIR: join(folder, "keeper"),
    KEEPER_KEY_BATCH_FOLDER: join(folder, "key-batches"),
    KEEPER_ORACLE_PEERS: oracles.map(({ url }) => url).join(","),
    KEEPER_INTERVAL_SECONDS: String(KEEPER_SECONDS),
    KEEPER_TARGET_ETH: String(TARGET_ETHER),
    KEEPER_MAX_FEE_PER_GAS_GWEI: KEEPER_MAX_FEE,
    LOG_LEVEL: "info",
    LOG_FORMAT: "text",
  };
}

/** Operators, stakes and a keeper, until the first validators are at work: what is there before the first day. */
export async function settleIn(world: World, operatorCount = FIRST_OPERATORS): Promise<void> {
  const { stage, keeper } = world;
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (let slots = 0; !(await holds()); slots++) {
      if (slots >= MAX_SLOTS) throw new Error(`Waited ${MAX_SLOTS} slots in vain until ${what}`);
      stage.timeline.progress(`waiting until ${what}`);
      await runSlot(world);
    }
  };
  for (let i = 0; i < operatorCount; i++) {
    await register(world);
    await until(`${people[i]?.name ?? "an operator"} is registered`, async () => world.operators.length > i);
  }
  for (const operator of world.operators) await addKeys(world, operator);
  for (const [i, staker] of stakers.slice(0, FIRST_STAKES).entries())
    await stake(world, staker, BigInt(30 + 10 * i) * 10n ** 18n);
  keeper.start();
  await until("an operator's validators are at work", async () => {
    if (stage.net.slot() % 4 !== 0 || world.keys.size === 0) return false;
    const records = await stage.beacon.validators("head", [...world.keys.keys()]);
    return records.filter(({ status }) => status === "active_ongoing").length >= operatorCount;
  });
}

/** Ends what the world started beside the stage. */
export async function endWorld({ keeper }: Pick<World, "keeper">, gates: readonly Gate[]): Promise<void> {
  await keeper.stop();
  await Promise.all(gates.map((gate) => gate.close()));
}
