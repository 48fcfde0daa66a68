import { parseEther } from "viem";

import { registerOperator } from "../../../test/contracts/support/protocol.ts";
import { difference, measure, perUnit } from "../measure.ts";
import { settleDay, type World } from "../world.ts";

/** Operators that come to those of the world. */
const MORE_OPERATORS = 990;

/** Settlements of a day with everything applied: five signatures, both vaults, rewards, fee, another root. */
export async function measureSettlements(world: World) {
  const { aside } = world;
  const usual = await aside(() => measure(world, () => settleDay(world)));
  const crowded = await aside(async () => {
    const owner = world.accounts.operators[1];
    for (let i = 0; i < MORE_OPERATORS; i++) await registerOperator(world, { owner, bondWei: parseEther("2") });
    return measure(world, () => settleDay(world));
  });
  return { settle: usual, "settle.perOperator": perUnit(difference(crowded, usual), MORE_OPERATORS) };
}
