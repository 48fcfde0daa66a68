import { z } from "zod";

import { ethstake } from "../../network/commands.ts";
import { keeper } from "../people.ts";
import type { Stage } from "../../network/stage.ts";
import { batchFolder } from "./operators.ts";

const answer = z.object({ actions: z.array(z.object({ job: z.string(), summary: z.string() })) });

/** Fills validators up to this, so that the stake of the main job needs several. */
const TARGET_ETHER = "75";

/** Runs a keeper's jobs once and says what it sent. */
export async function keep(stage: Stage, ...jobs: string[]): Promise<number> {
  const { actions } = answer.parse(
    await ethstake(stage, keeper, ["keeper", "once", "--jobs", jobs.join(",")], {
      KEEPER_KEY_BATCH_FOLDER: batchFolder(stage),
      KEEPER_ORACLE_PEERS: stage.oracles.map(({ url }) => url).join(","),
      KEEPER_TARGET_ETH: TARGET_ETHER,
    }),
  );
  for (const { job, summary } of actions) stage.timeline.say(`keeper, ${job}: ${summary}`);
  return actions.length;
}
