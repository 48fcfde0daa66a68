import { EthStakeError, isRetryable } from "../../runtime/errors.ts";
import type { AnyNetwork } from "../networks.ts";
import type { BeaconApi } from "./api.ts";
import type { BeaconGenesis, BeaconSpec, SyncStatus } from "./types.ts";

/** A node this far behind is still in order: the newest block may be on its way. */
const MAX_SYNC_DISTANCE_SLOTS = 2;

/** Refuses a node whose answers cannot be relied on; retryable, since it may catch up. */
export function assertReady(node: string, status: SyncStatus): void {
  const behind = status.isSyncing && status.syncDistanceSlots > MAX_SYNC_DISTANCE_SLOTS;
  const problem = status.elOffline
    ? "its execution client is offline: start that"
    : status.isOptimistic
      ? "it has not verified its head with the execution client: wait for that"
      : behind
        ? `it is syncing, ${status.syncDistanceSlots} slots behind: wait for it`
        : undefined;
  if (problem === undefined) return;
  throw new EthStakeError("BEACON_NOT_READY", `The beacon node ${node} is not ready: ${problem}`, {
    details: { node, ...status },
    retryable: true,
  });
}

/** Refuses a beacon node of another network; answers what it said, so that nobody asks twice. */
export async function assertNetwork(
  api: Pick<BeaconApi, "node" | "genesis" | "spec">,
  network: AnyNetwork,
): Promise<{ genesis: BeaconGenesis; spec: BeaconSpec }> {
  const [genesis, spec] = await Promise.all([api.genesis(), api.spec()]);
  const checks = [
    ["deposit chain id", network.chainId, spec.depositChainId],
    ["genesis fork version", network.genesisForkVersion, genesis.genesisForkVersion],
    ["deposit contract", network.depositContract.toLowerCase(), spec.depositContract.toLowerCase()],
    ["genesis validators root", network.genesisValidatorsRoot, genesis.genesisValidatorsRoot],
    ["preset", network.preset, spec.preset],
    ["slots per epoch", network.slotsPerEpoch, spec.slotsPerEpoch],
  ] as const;
  for (const [what, want, got] of checks) {
    if (want === undefined || want === got) continue;
    throw new EthStakeError(
      "WRONG_NETWORK",
      `Use a beacon node of ${network.name}: ${api.node} has ${what} ${got} instead of ${want}`,
      { details: { node: api.node, what, want, got } },
    );
  }
  return { genesis, spec };
}

/** The same of several: one answer is enough, and those that are not there are left for later, but none may be wrong. */
export async function assertNetworkOfAny(
  apis: readonly Pick<BeaconApi, "node" | "genesis" | "spec">[],
  network: AnyNetwork,
): Promise<{ genesis: BeaconGenesis; spec: BeaconSpec }> {
  const answers = await Promise.allSettled(apis.map((api) => assertNetwork(api, network)));
  const failures = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as unknown] : []));
  const [known] = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const wrong = failures.find((failure) => !isRetryable(failure));
  if (known !== undefined && wrong === undefined) return known;
  throw wrong ?? failures[0] ?? new EthStakeError("CONFIG_INVALID", "Name at least one beacon node");
}
