import { z } from "zod";

import { formatWei } from "../../../chain/units.ts";
import { ethstake } from "../../network/commands.ts";
import { operators } from "../people.ts";
import type { Stage } from "../../network/stage.ts";
import { waitForRoot } from "./withdrawals.ts";

const claimed = z.object({ shares: z.string() });

/** Operators take their part of the fee. */
export async function claimFees(stage: Stage): Promise<void> {
  await waitForRoot(stage);
  const peers = stage.oracles.map(({ url }) => url).join(",");
  for (const operator of operators) {
    const { shares } = claimed.parse(await ethstake(stage, operator, ["operator", "claim", "--peers", peers]));
    stage.timeline.say(`${operator.name} claimed ${formatWei(BigInt(shares), 9)} ethSTAKE of fees`);
  }
}
