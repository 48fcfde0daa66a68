import { createWriteStream } from "node:fs";
import { join } from "node:path";

import type { DevnetOptions } from "../../devnet/index.ts";
import { withScene, type StageRunOptions } from "../network/with-stage.ts";
import { createGate, type Gate } from "./gate.ts";
import type { ParameterOverrides } from "../../deploy/parameters/index.ts";
import { withOverrides } from "./parameters.ts";
import { cast, FUNDED } from "./people.ts";
import { createWorld, endWorld, GENESIS_VALIDATORS } from "./set-world.ts";
import type { World } from "./world.ts";

export type WorldRunOptions = StageRunOptions & {
  /** Where the logs of programs and nodes go; the programs' go nowhere without it, the nodes' to standard error. */
  logFolder?: string;
  /** Of the network, where it is to be another than usual. */
  network?: Omit<DevnetOptions, "mode">;
  /** Numbers of the protocol that are to be others than usual. */
  overrides?: ParameterOverrides;
};

/** A frame takes some ten seconds: several looks fit between the last vote that a report needs and the next frame. */
const POLL_MS = 1_000;
const FUNDS_WEI = 100_000n * 10n ** 18n;

/** Makes a world on a network of its own and ends everything after the play, whatever happens in it. */
export async function withWorld<T>(options: WorldRunOptions, play: (world: World) => Promise<T>): Promise<T> {
  const { logFolder, network } = options;
  const others = network?.validatorCount ?? GENESIS_VALIDATORS;
  const log = logFolder === undefined ? undefined : createWriteStream(join(logFolder, "programs.log"));
  const onOutput = (name: string, text: string) => void log?.write(text.replace(/^(?=.)/gm, `${name}: `));
  const gates: Gate[] = [];
  const scene = {
    ...options,
    cast,
    overrides: withOverrides(options.overrides ?? {}),
    onOutput,
    pollMs: POLL_MS,
    network: {
      validatorCount: others,
      ...(logFolder === undefined ? {} : { dataDir: logFolder }),
      prefund: FUNDED.map(({ address }) => ({ address, balanceWei: FUNDS_WEI })),
      ...network,
    },
    nodesOf: async (net: { executionUrl: string; beaconUrl: string }) => {
      const [execution, beacon] = await Promise.all([createGate(net.executionUrl), createGate(net.beaconUrl)]);
      gates.push(execution, beacon);
      return { executionUrl: execution.url, beaconUrl: beacon.url };
    },
  };
  try {
    return await withScene(scene, async (stage) => {
      const [execution, beacon] = gates;
      if (execution === undefined || beacon === undefined) throw new Error("The gates are not open");
      const world = createWorld(stage, { gates: { execution, beacon }, others, onOutput });
      try {
        return await play(world);
      } finally {
        await endWorld(world, gates);
      }
    });
  } finally {
    log?.end();
  }
}
