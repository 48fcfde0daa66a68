import { network as hardhat } from "hardhat";
import {
  createTestClient,
  http,
  publicActions,
  walletActions,
  toHex,
  type Hex,
  type HttpTransport,
  type PublicActions,
  type TestClient,
  type WalletActions,
} from "viem";

import { NETWORKS, type NetworkName } from "../../../chain/networks.ts";
import { devnetAccounts } from "../../../deploy/devnet-people.ts";
import { startFakeBeacon } from "./beacon-node.ts";

/** Older than one frame of any network's numbers. */
const AGE_SLOTS = 20 * 7200 + 5;

/** Key of the account that deploys in tests. */
export const DEPLOYER_KEY: Hex = toHex(devnetAccounts.deployer().getHdKey().privateKey ?? new Uint8Array());

export type TestNetwork = {
  executionUrl: string;
  consensusUrl: string;
  client: TestClient<"hardhat", HttpTransport> & PublicActions & WalletActions;
  stop(): Promise<void>;
};

/** Hardhat's network behind a port, with the chain id of a network, and a beacon node that says what that network's would. */
export async function startTestNetwork(name: NetworkName = "devnet"): Promise<TestNetwork> {
  const network = NETWORKS[name];
  const override = { chainId: network.chainId, allowBlocksWithSameTimestamp: true };
  const server = await hardhat.createServer({ network: "default", override }, "127.0.0.1", 0);
  const { port } = await server.listen();
  const executionUrl = `http://127.0.0.1:${port}`;
  const client = createTestClient({ mode: "hardhat", transport: http(executionUrl), pollingInterval: 10 })
    .extend(publicActions)
    .extend(walletActions);
  const { timestamp } = await client.getBlock();
  const beacon = await startFakeBeacon(network, Number(timestamp) - AGE_SLOTS * network.secondsPerSlot);
  return {
    executionUrl,
    consensusUrl: beacon.url,
    client,
    stop: async () => {
      await beacon.stop();
      await server.close();
    },
  };
}
