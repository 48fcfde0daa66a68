import type { Hex } from "viem";

import type { BeaconBlockHeader } from "../../../chain/beacon/types.ts";
import { NETWORKS } from "../../../chain/networks.ts";
import { headerRoot } from "../../../chain/ssz/proofs.ts";
import { startServer, type TestServer } from "./http-server.ts";

/** A beacon node of the devnet that answers what a test says. */
export type BeaconNode = TestServer & {
  syncing: { is_syncing: boolean; sync_distance: string; is_optimistic: boolean; el_offline: boolean };
  depositChainId: number;
  validators: {
    pubkey: Hex;
    index: number;
    withdrawalCredentials: Hex;
    balanceGwei: bigint;
    slashed?: boolean;
    exitEpoch?: number;
  }[];
  pendingDeposits: Hex[];
  /** More answers, by how the path ends. */
  extra: Record<string, unknown>;
  /** Values of its specification that differ. */
  specChanges: Record<string, string>;
  /** A state that it serves as SSZ, and the header of its block. */
  state: { bytes: Uint8Array; fork: string; header: BeaconBlockHeader } | undefined;
};

const { genesisForkVersion, depositContract, slotsPerEpoch } = NETWORKS.devnet;
const root: Hex = `0x${"0a".repeat(32)}`;

const FAR_FUTURE = "18446744073709551615";

/** Starts the node, in sync and without validators. */
export async function startBeaconNode(): Promise<BeaconNode> {
  const state = {
    syncing: { is_syncing: false, sync_distance: "0", is_optimistic: false, el_offline: false },
    depositChainId: NETWORKS.devnet.chainId,
    validators: [] as BeaconNode["validators"],
    pendingDeposits: [] as Hex[],
    extra: {} as Record<string, unknown>,
    specChanges: {} as Record<string, string>,
    state: undefined as BeaconNode["state"],
  };
  const answerOf = (path: string): unknown => {
    const extra = Object.entries(state.extra).find(([end]) => path.endsWith(end));
    if (extra !== undefined) return extra[1];
    if (state.state !== undefined && path.endsWith(`/headers/${headerRoot(state.state.header)}`))
      return headerAnswer(state.state.header);
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
        MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA: "64000000000",
        MAX_SEED_LOOKAHEAD: "4",
        MIN_VALIDATOR_WITHDRAWABILITY_DELAY: "256",
        ...state.specChanges,
      };
    if (path.endsWith("/node/syncing")) return { head_slot: "100", ...state.syncing };
    if (path.endsWith("/pending_partial_withdrawals")) return [];
    if (path.endsWith("/pending_deposits"))
      return state.pendingDeposits.map((pubkey) => ({
        pubkey,
        withdrawal_credentials: root,
        amount: "1000000000",
        signature: `0x${"00".repeat(96)}`,
        slot: "1",
      }));
    if (path.endsWith("/validators"))
      return state.validators.map(({ pubkey, index, withdrawalCredentials, balanceGwei, slashed, exitEpoch }) => ({
        index: String(index),
        balance: String(balanceGwei),
        status: "active_ongoing",
        validator: {
          pubkey,
          withdrawal_credentials: withdrawalCredentials,
          effective_balance: String(balanceGwei),
          slashed: slashed ?? false,
          activation_eligibility_epoch: "0",
          activation_epoch: "0",
          exit_epoch: exitEpoch === undefined ? FAR_FUTURE : String(exitEpoch),
          withdrawable_epoch: FAR_FUTURE,
        },
      }));
    return undefined;
  };
  const server = await startServer(({ path }) => {
    if (state.state !== undefined && path.endsWith(`/debug/beacon/states/${state.state.header.stateRoot}`))
      return {
        headers: { "content-type": "application/octet-stream", "eth-consensus-version": state.state.fork },
        body: state.state.bytes,
      };
    const data = answerOf(path);
    if (data === undefined) return { status: 404, body: { code: 404, message: "not found" } };
    return { headers: { "content-type": "application/json" }, body: { data } };
  });
  return Object.assign(state, server);
}

function headerAnswer(header: BeaconBlockHeader) {
  const message = {
    slot: String(header.slot),
    proposer_index: String(header.proposerIndex),
    parent_root: header.parentRoot,
    state_root: header.stateRoot,
    body_root: header.bodyRoot,
  };
  return { root: headerRoot(header), canonical: true, header: { message, signature: `0x${"00".repeat(96)}` } };
}
