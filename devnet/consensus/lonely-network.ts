import type { BeaconChain } from "@lodestar/beacon-node/chain";
import { SyncState, type IBeaconSync, type INetwork } from "./lodestar-internals.ts";

/**
 * What the Beacon API asks of a network, answered by a node without peers. Publishing to nobody succeeds; a
 * question that has no sensible answer without a network is an error.
 */
export function createLonelyNetwork(chain: BeaconChain): INetwork {
  const answers: Record<string, unknown> = {
    closed: false,
    custodyConfig: chain.custodyConfig,
    shouldAggregate: () => true,
    isSubscribedToGossipCoreTopics: () => true,
    getConnectedPeerCount: () => 0,
    getConnectedPeers: () => [],
    dumpPeers: async () => [],
    dumpPeer: async () => undefined,
    searchUnknownBlock: () => {},
    searchUnknownEnvelope: () => {},
    prepareBeaconCommitteeSubnets: async () => {},
    prepareSyncCommitteeSubnets: async () => {},
    getNetworkIdentity: async () => ({
      peerId: "",
      enr: "",
      p2pAddresses: [],
      discoveryAddresses: [],
      metadata: { seqNumber: 0n, attnets: new Uint8Array(8), syncnets: new Uint8Array(1) },
    }),
  };
  const network = new Proxy(answers, {
    get: (target, name) => {
      if (typeof name !== "string" || name in target) return Reflect.get(target, name);
      if (name.startsWith("publish")) return async () => 0;
      return undefined;
    },
  });
  return network as unknown as INetwork;
}

/** A node that makes every block itself is always in sync. */
export function createLonelySync(chain: BeaconChain): IBeaconSync {
  return {
    state: SyncState.Synced,
    isSynced: () => true,
    isSyncing: () => false,
    close: () => {},
    getSyncChainsDebugState: () => [],
    getSyncStatus: () => ({
      headSlot: chain.forkChoice.getHead().slot,
      syncDistance: 0,
      isSyncing: false,
      isOptimistic: false,
      elOffline: false,
    }),
  };
}
