import type { Breakdown } from "./breakdown.ts";
import { measureAll, type Costs, type OperationName } from "./operations/all.ts";
import { createWorld, type Hardfork } from "./world.ts";
import type { CostsByHardfork } from "./table.ts";

/** Measures every operation on every hardfork. */
export async function measureGas(): Promise<CostsByHardfork> {
  return { osaka: await measureOn("osaka"), amsterdam: await measureOn("amsterdam") };
}

/** What the gas of one operation on osaka was for; undefined for what is a sum of others. */
export async function explainGas(name: OperationName): Promise<Breakdown | undefined> {
  const world = await createWorld("osaka", { explains: true });
  try {
    return (await measureAll(world))[name].breakdown;
  } finally {
    await world.connection.close();
  }
}

async function measureOn(hardfork: Hardfork): Promise<Costs> {
  const world = await createWorld(hardfork);
  try {
    return await measureAll(world);
  } finally {
    await world.connection.close();
  }
}
