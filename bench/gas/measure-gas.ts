import { measureAll, type Costs } from "./operations/all.ts";
import { createWorld, type Hardfork } from "./world.ts";
import type { CostsByHardfork } from "./table.ts";

/** Measures every operation on every hardfork. */
export async function measureGas(): Promise<CostsByHardfork> {
  return { osaka: await measureOn("osaka"), amsterdam: await measureOn("amsterdam") };
}

async function measureOn(hardfork: Hardfork): Promise<Costs> {
  const world = await createWorld(hardfork);
  try {
    return await measureAll(world);
  } finally {
    await world.connection.close();
  }
}
