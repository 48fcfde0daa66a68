import { etherToGwei } from "../../chain/units.ts";
import type { Stage } from "../network/stage.ts";
import { withScene, type StageRunOptions } from "../network/with-stage.ts";
import { committee, deployer, passerBy } from "./people.ts";
import { readResult, type Result } from "./result.ts";
import { story } from "./story.ts";

/** Sets the stage of the main job. */
export async function withStage<T>(options: StageRunOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  // As much as the keeper puts on one validator, so that both operators get their turns within the day.
  const overrides = { manager: { turnGwei: etherToGwei(75) } };
  return withScene({ ...options, cast: { committee, deployer, passerBy }, overrides }, play);
}

export type MainJobOptions = StageRunOptions & {
  /** Called with everything that runs, before the network is stopped. */
  onEnd?: (stage: Stage, result: Result) => Promise<void>;
};

/** Plays the whole story and adds everything up. */
export async function runMainJob({ onEnd, ...options }: MainJobOptions): Promise<Result> {
  return withStage(options, async (stage) => {
    const rateBefore = await stage.protocol.pool.read.ethPerShare();
    for (const { title, play } of story) {
      stage.signal.throwIfAborted();
      stage.timeline.chapter(title);
      await play(stage);
    }
    stage.timeline.progress("adding everything up");
    const result = await readResult(stage, rateBefore);
    await onEnd?.(stage, result);
    return result;
  });
}
