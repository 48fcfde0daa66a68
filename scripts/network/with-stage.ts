import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ParameterOverrides } from "../../deploy/parameters/index.ts";
import { startDevnet, type Devnet, type DevnetOptions } from "../../devnet/index.ts";
import { setStage, type Cast, type StageOptions } from "./set-stage.ts";
import type { Stage } from "./stage.ts";
import { createTimeline } from "./timeline.ts";

export type StageRunOptions = {
  write: (text: string) => void;
  /** Whether lines may be overwritten. */
  live: boolean;
  signal: AbortSignal;
};

export type Scene = StageRunOptions & {
  cast: Cast;
  overrides: ParameterOverrides;
  /** Of the network, beside its virtual time. */
  network?: Omit<DevnetOptions, "mode">;
  /** How often oracle members look at the chain. */
  pollMs?: number;
  /** Takes what the programs print. */
  onOutput?: (name: string, text: string) => void;
  /** What programs reach the nodes through; nothing stands between them without it. */
  nodesOf?: (net: Devnet) => Promise<NonNullable<StageOptions["nodes"]>>;
};

/** Sets a stage on a network of its own and ends everything after the play, whatever happens in it. */
export async function withScene<T>(scene: Scene, play: (stage: Stage) => Promise<T>): Promise<T> {
  const { write, live, signal, cast, overrides, network = {}, nodesOf, onOutput } = scene;
  let net: Devnet | undefined;
  let stage: Stage | undefined;
  const timeline = createTimeline({ write, live, slot: () => net?.slot() ?? 0 });
  const folder = await mkdtemp(join(tmpdir(), "ethstake-"));
  try {
    await mkdir(join(folder, "key-batches"));
    timeline.chapter("A network of its own: Lodestar and EthereumJS, in virtual time");
    net = await startDevnet({ ...network, mode: "virtual" });
    timeline.say(`execution ${net.executionUrl}, beacon ${net.beaconUrl}`);
    const nodes = await nodesOf?.(net);
    stage = await setStage({
      ...{ net, folder, timeline, signal, cast, overrides },
      ...(nodes === undefined ? {} : { nodes }),
      ...(scene.pollMs === undefined ? {} : { pollMs: scene.pollMs }),
      // Nobody reads it unless asked; a pipe that nobody empties would stop the writer.
      onOracleOutput: onOutput ?? (() => undefined),
    });
    return await play(stage);
  } finally {
    await Promise.all((stage?.oracles ?? []).map((oracle) => oracle.stop()));
    await net?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
