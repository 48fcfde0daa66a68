import type { Hex } from "viem";

import { NETWORKS } from "../../../chain/networks.ts";
import { startServer, type TestServer } from "./http-server.ts";

/** A beacon node of the devnet that answers what a test says. */
export type BeaconNode = TestServer & {
  syncing: { is_syncing: boolean; sync_distance: string; is_optimistic: boolean; el_offline: boolean };
  depositChainId: number;
  validators: { pubkey: Hex; index: number; withdrawalCredentials: Hex; balanceGwei: bigint }[];
  pendingDeposits: Hex[];
  /** More answers, by how the path ends. */
  extra: Record<string, unknown>;
};

const { genesisForkVersion, depositContract, slotsPerEpoch } = NETWORKS.devnet;
const root: Hex = `0x${"0a".repeat(32)}`;

/** Starts the node, in sync and without validators. */
export async function startBeaconNode(): Promise<BeaconNode> {
  const state = {
    syncing: { is_syncing: false, sync_distance: "0", is_optimistic: false, el_offline: false },
    depositChainId: NETWORKS.devnet.chainId,
    validators: [] as BeaconNode["validators"],
    pendingDeposits: [] as Hex[],
    extra: {} as Record<string, unknown>,
  };
  const answerOf = (path: string): unknown => {
    const extra = Object.entries(state.extra).find(([end]) => path.endsWith(end));
    if (extra !== undefined) return extra[1];
    if (path.endsWith("/genesis"))
      return {
        genesis_time: "1000000",
        genesis_validators_root: root,
        genesis_fork_version: genesisForkVersion,
      };
    if (path.endsWith("/config/spec"))
      return {
        PRESET_BASE: "minimal",
        SECONDS_PER_SLOT: "12",
        SLOTS_PER_EPOCH: String(slotsPerEpoch),
        DEPOSIT_CONTRACT_ADDRESS: depositContract,
        DEPOSIT_CHAIN_ID: String(state.depositChainId),
        GENESIS_FORK_VERSION: genesisForkVersion,
        CAPELLA_FORK_VERSION: NETWORKS.devnet.capellaForkVersion,
        SHARD_COMMITTEE_PERIOD: "64",
      };
    if (path.endsWith("/node/syncing")) return { head_slot: "100", ...state.syncing };
    if (path.endsWith("/pending_deposits"))
      return state.pendingDeposits.map((pubkey) => ({
        pubkey,
        withdrawal_credentials: root,
        amount: "1000000000",
        signature: `0x${"00".repeat(96)}`,
        slot: "1",
      }));
    if (path.endsWith("/validators"))
      return state.validators.map(({ pubkey, index, withdrawalCredentials, balanceGwei }) => ({
        index: String(index),
        balance: String(balanceGwei),
        status: "active_ongoing",
        validator: {
          pubkey,
          withdrawal_credentials: withdrawalCredentials,
          effective_balance: String(balanceGwei),
          slashed: false,
          activation_eligibility_epoch: "0",
          activation_epoch: "0",
          exit_epoch: "18446744073709551615",
          withdrawable_epoch: "18446744073709551615",
        },
      }));
    return undefined;
  };
  const server = await startServer(({ path }) => {
    const data = answerOf(path);
    if (data === undefined) return { status: 404, body: { code: 404, message: "not found" } };
    return { headers: { "content-type": "application/json" }, body: { data } };
  });
  return Object.assign(state, server);
}
