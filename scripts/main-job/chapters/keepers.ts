import { z } from "zod";

import { ethstake } from "../../network/commands.ts";
import { keeper } from "../people.ts";
import type { Stage } from "../../network/stage.ts";
import { batchFolder } from "./operators.ts";

const answer = z.object({ actions: z.array(z.object({ job: z.string(), summary: z.string() })) });

/** Fills validators up to this, so that the stake of the main job needs several. */
const TARGET_ETHER = "75";

/** More than the goal of a withdrawal: the keeper asks at once, and does not wait for new stake, which never comes here. */
const EXIT_MARGIN_SECONDS = "604800";

/** Runs a keeper's jobs once and says what it sent. */
export async function keep(stage: Stage, ...jobs: string[]): Promise<number> {
  const { actions } = answer.parse(
    await ethstake(stage, keeper, ["keeper", "once", "--jobs", jobs.join(",")], {
      KEEPER_KEY_BATCH_FOLDER: batchFolder(stage),
      KEEPER_ORACLE_PEERS: stage.oracles.map(({ url }) => url).join(","),
      KEEPER_TARGET_ETH: TARGET_ETHER,
      KEEPER_EXIT_MARGIN_S: EXIT_MARGIN_SECONDS,
    }),
  );
  for (const { job, summary } of actions) stage.timeline.say(`keeper, ${job}: ${summary}`);
  return actions.length;
}
