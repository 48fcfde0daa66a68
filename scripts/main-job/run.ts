import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startDevnet, type Devnet } from "../../devnet/index.ts";
import { setStage } from "./chapters/network.ts";
import { readResult, type Result } from "./result.ts";
import type { Stage } from "./stage.ts";
import { story } from "./story.ts";
import { createTimeline } from "./timeline.ts";

export type MainJobOptions = {
  write: (text: string) => void;
  /** Whether lines may be overwritten. */
  live: boolean;
  signal: AbortSignal;
  /** Called with everything that runs, before the network is stopped. */
  onEnd?: (stage: Stage, result: Result) => Promise<void>;
};

/** Plays the whole story on a network of its own and adds everything up. Whatever happens, nothing is left running. */
export async function runMainJob(options: MainJobOptions): Promise<{ result: Result; seconds: number }> {
  const { write, live, signal } = options;
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
    const rateBefore = await stage.protocol.pool.read.ethPerShare();
    for (const { title, play } of story) {
      signal.throwIfAborted();
      timeline.chapter(title);
      await play(stage);
    }
    timeline.progress("adding everything up");
    const result = await readResult(stage, rateBefore);
    const seconds = timeline.seconds();
    await options.onEnd?.(stage, result);
    return { result, seconds };
  } finally {
    await Promise.all((stage?.oracles ?? []).map((oracle) => oracle.stop()));
    await net?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
