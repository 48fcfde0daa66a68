import { privateKeyToAccount } from "viem/accounts";

import { createBeaconApi } from "../chain/beacon/api.ts";
import { createValidatorApi } from "../chain/beacon/validator-api.ts";
import { assertNetwork } from "../chain/beacon/health.ts";
import { loadDeployment } from "../chain/deployment.ts";
import { createExecution } from "../chain/execution/client.ts";
import { networkByName } from "../chain/networks.ts";
import { EthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import { whenReachable } from "../runtime/when-reachable.ts";
import { noticeOf, watchingAccount } from "./account.ts";
import { createKeeper, type Keeper, type KeeperOptions } from "./app.ts";
import type { KeeperConfig } from "./config.ts";
import { openKeeperStore } from "./store/schema.ts";

export type ConnectOptions = Pick<KeeperOptions, "logger" | "signal" | "clock" | "onSent"> & {
  /** How often a receipt is looked for. */
  pollingIntervalMs?: number;
};

/** Connects a keeper as its configuration says, and refuses nodes of another network. Without a key it only looks. */
export async function connectKeeper(config: KeeperConfig, options: ConnectOptions = {}): Promise<Keeper> {
  const { pollingIntervalMs, ...rest } = options;
  const deployment = await loadDeployment(config.deploymentPath);
  const network = networkByName(deployment.network);
  const execution = createExecution({
    urls: config.executionUrls,
    network,
    ...(pollingIntervalMs ? { pollingIntervalMs } : {}),
  });
  const [url] = config.consensusUrls;
  if (url === undefined) throw new EthStakeError("CONFIG_INVALID", "Set CONSENSUS_CLIENT_URI (a beacon node)");
  const beacon = createBeaconApi({ url, signal: rest.signal });
  await Promise.all([execution.assertChain(), assertNetwork(beacon, network)]);
  const notice = noticeOf(config);
  if (notice !== undefined) rest.logger?.warn(notice.message, { code: notice.code });
  // What only decides writes nothing down.
  const database = config.store && !config.dryRun ? await openKeeperStore(config.store) : undefined;
  const nodes = config.consensusUrls.map((one) => createValidatorApi({ url: one, signal: rest.signal }));
  const { exitFolder: folder, exitSecrets: secrets } = config;
  const keeper = createKeeper({
    ...config,
    ...rest,
    heldExits: folder === undefined ? undefined : { folder, secrets, nodes },
    execution,
    beacon,
    deployment,
    database,
    account: config.privateKey === undefined ? watchingAccount : privateKeyToAccount(config.privateKey),
  });
  return {
    ...keeper,
    close: async () => {
      await keeper.close();
      await database?.close();
    },
  };
}

/** Connects a keeper that is to run on and on: its nodes and the database may come up later. */
export async function connectKeeperWhenReachable(
  config: KeeperConfig,
  options: ConnectOptions & { logger: Logger },
): Promise<Keeper> {
  return whenReachable(() => connectKeeper(config, options), options);
}
