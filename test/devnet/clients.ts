import {
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  type Chain,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import type { HDAccount } from "viem/accounts";
import { fundedAccount, type Devnet } from "../../devnet/index.ts";

export type Clients = {
  account: HDAccount;
  client: PublicClient<Transport, Chain>;
  wallet: WalletClient<Transport, Chain, HDAccount>;
};

/** viem clients on the devnet, with the n-th funded account. */
export function clientsOf(devnet: Devnet, accountIndex: number): Clients {
  const chain = defineChain({
    id: devnet.chainId,
    name: "devnet",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [devnet.executionUrl] } },
  });
  const account = fundedAccount(accountIndex);
  const transport = http();
  return {
    account,
    client: createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 }),
    wallet: createWalletClient({ chain, account, transport }),
  };
}

/** Fetches JSON from the Beacon API; `data` of a success, or the status of a refusal. */
export async function beacon<T>(devnet: Devnet, path: string): Promise<{ status: number; data: T }> {
  const response = await fetch(devnet.beaconUrl + path);
  const body = (await response.json()) as { data: T };
  return { status: response.status, data: body.data };
}

/** A state as SSZ. */
export async function beaconState(devnet: Devnet, stateId: string | number): Promise<Uint8Array> {
  const response = await fetch(`${devnet.beaconUrl}/eth/v2/debug/beacon/states/${stateId}`, {
    headers: { accept: "application/octet-stream" },
  });
  if (!response.ok) throw new Error(`state ${stateId}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}
