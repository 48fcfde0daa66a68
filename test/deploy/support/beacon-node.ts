import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Network } from "../../../chain/networks.ts";

export type FakeBeacon = { url: string; stop(): Promise<void> };

/** Answers the two requests that a deployment makes of a beacon node, for a chain with this genesis. */
export async function startFakeBeacon(network: Network, genesisTime: number): Promise<FakeBeacon> {
  const genesis = {
    genesis_time: String(genesisTime),
    genesis_validators_root: network.genesisValidatorsRoot ?? `0x${"11".repeat(32)}`,
    genesis_fork_version: network.genesisForkVersion,
  };
  const spec = {
    PRESET_BASE: network.preset,
    SECONDS_PER_SLOT: String(network.secondsPerSlot),
    SLOTS_PER_EPOCH: String(network.slotsPerEpoch),
    DEPOSIT_CONTRACT_ADDRESS: network.depositContract,
    DEPOSIT_CHAIN_ID: String(network.chainId),
    GENESIS_FORK_VERSION: network.genesisForkVersion,
    CAPELLA_FORK_VERSION: network.capellaForkVersion,
  };
  const server = createServer((request, response) => {
    const data = request.url === "/eth/v1/beacon/genesis" ? genesis : spec;
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}
