import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startDevnet, type Devnet } from "../../devnet/index.ts";
import { setStage } from "./chapters/network.ts";
import { readResult, type Result } from "./result.ts";
import type { Stage } from "./stage.ts";
import { story } from "./story.ts";
import { createTimeline } from "./timeline.ts";

export type StageRunOptions = {
  write: (text: string) => void;
  /** Whether lines may be overwritten. */
  live: boolean;
  signal: AbortSignal;
};

/** Sets a stage on a network of its own and ends everything after the play, whatever happens in it. */
export async function withStage<T>(
  { write, live, signal }: StageRunOptions,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  let net: Devnet | undefined;
  let stage: Stage | undefined;
  const timeline = createTimeline({ write, live, slot: () => net?.slot() ?? 0 });
  const folder = await mkdtemp(join(tmpdir(), "ethstake-"));
  try {
    await mkdir(join(folder, "key-batches"));
    timeline.chapter("A network of its own: Lodestar and EthereumJS, in virtual time");
    net = await startDevnet({ mode: "virtual" });
    timeline.say(`execution ${net.executionUrl}, beacon ${net.beaconUrl}`);
    const log = join(folder, "oracles.log");
    stage = await setStage({
      net,
      folder,
      timeline,
      signal,
      onOracleOutput: (name, text) => void appendFile(log, `${name}: ${text}`).catch(() => undefined),
    });
    return await play(stage);
  } finally {
    await Promise.all((stage?.oracles ?? []).map((oracle) => oracle.stop()));
    await net?.stop();
    await rm(folder, { recursive: true, force: true });
  }
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
