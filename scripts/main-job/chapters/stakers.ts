import { formatWei } from "../../../chain/units.ts";
import { ethstake } from "../../network/commands.ts";
import { stakers } from "../people.ts";
import type { Stage } from "../../network/stage.ts";

/** Five people stake uneven amounts. */
export async function stakeAll(stage: Stage): Promise<void> {
  for (const staker of stakers) {
    await ethstake(stage, staker, ["stake", "--amount", staker.stakeEther]);
    stage.timeline.say(`${staker.name} staked ${staker.stakeEther} ETH`);
  }
  const pooledWei = await stage.protocol.pool.read.totalPooledEther();
  stage.timeline.say(`the pool holds ${formatWei(pooledWei, 6)} ETH, bonds included`);
}
