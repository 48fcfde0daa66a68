import { createBeaconApi, type BeaconApi } from "../chain/beacon/api.ts";
import { assertNetwork } from "../chain/beacon/health.ts";
import { createExecution, type Execution } from "../chain/execution/client.ts";
import type { AnyNetwork } from "../chain/networks.ts";
import { commaList } from "../runtime/config.ts";
import { consensusUrls, executionUrls } from "./environment.ts";
import type { Globals } from "./globals.ts";
import type { CliIo } from "./io.ts";

/** True when somebody named a beacon node: by option or in the environment. */
export function namesConsensus({ consensus }: Globals, { env }: CliIo): boolean {
  return (consensus ?? env["CONSENSUS_CLIENT_URI"]?.trim() ?? "") !== "";
}

/** Connects to every beacon node that was named; each must be of the network, and in sync. */
export async function openBeacons(globals: Globals, io: CliIo, network: AnyNetwork): Promise<BeaconApi[]> {
  const beacons = commaList(consensusUrls(globals, io)).map((url) => createBeaconApi({ url, signal: io.signal }));
  await Promise.all(
    beacons.map(async (beacon) => {
      await assertNetwork(beacon, network);
      await beacon.assertReady();
    }),
  );
  return beacons;
}

/** Connects to the execution nodes that were named; refuses those of another chain. */
export async function openExecution(globals: Globals, io: CliIo, network: AnyNetwork): Promise<Execution> {
  const { pollingIntervalMs } = io;
  const urls = commaList(executionUrls(globals, io));
  const execution = createExecution({ urls, network, ...(pollingIntervalMs ? { pollingIntervalMs } : {}) });
  await execution.assertChain();
  return execution;
}
