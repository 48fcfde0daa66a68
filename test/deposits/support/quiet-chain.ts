import type { Hex } from "viem";

import { createBeaconApi } from "../../../chain/beacon/api.ts";
import { createValidatorApi } from "../../../chain/beacon/validator-api.ts";
import type { BeaconNode } from "../../../deposits/migrate/quiet.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { startServer, type TestServer } from "../../chain/support/http-server.ts";

const SLOTS_PER_EPOCH = 8;

/** A beacon chain on the wire whose time a test moves: every wait is a few slots. */
export type QuietChain = TestServer & {
  node: BeaconNode;
  clock: Clock;
  slot: number;
  genesisValidatorsRoot: Hex;
  validators: { pubkey: Hex; index: number; activationEpoch: number; exitEpoch?: number; status?: string }[];
  /** Epochs in which the network has heard of a validator. */
  live: Map<number, number>;
  /** Epochs whose chain holds a vote of a validator. */
  voted: Map<number, number>;
  /** Who proposed the block of a slot; validator 999 unless told, nobody where undefined. */
  proposers: Map<number, number | undefined>;
  /** Blocks by other roots: a chain that was left. */
  forks: Map<number, string>;
  forgetsLiveness: boolean;
  hasNoRewards: boolean;
  /** Called with the epoch at every wait. */
  onWait: (epoch: number) => void;
};

const rootOf = (slot: number, fork: string): Hex => `0x${(fork + slot.toString(16)).padStart(64, "0")}`;
const far = "18446744073709551615";

/** Starts the chain at the beginning of an epoch. */
export async function startQuietChain(epoch: number): Promise<QuietChain> {
  const state = {
    slot: epoch * SLOTS_PER_EPOCH,
    genesisValidatorsRoot: `0x${"04".repeat(32)}` as Hex,
    validators: [] as QuietChain["validators"],
    live: new Map<number, number>(),
    voted: new Map<number, number>(),
    proposers: new Map<number, number | undefined>(),
    forks: new Map<number, string>(),
    forgetsLiveness: false,
    hasNoRewards: false,
    onWait: (_epoch: number) => undefined as void,
  };
  const headEpoch = () => Math.floor(state.slot / SLOTS_PER_EPOCH);
  const header = (slot: number) => {
    if (slot > state.slot || (state.proposers.has(slot) && state.proposers.get(slot) === undefined)) return undefined;
    let parent = slot - 1;
    while (state.proposers.has(parent) && state.proposers.get(parent) === undefined) parent--;
    const message = {
      slot: String(slot),
      proposer_index: String(state.proposers.get(slot) ?? 999),
      parent_root: rootOf(parent, state.forks.get(parent) ?? ""),
      state_root: rootOf(slot, "5"),
      body_root: rootOf(slot, "6"),
    };
    return { root: rootOf(slot, state.forks.get(slot) ?? ""), canonical: true, header: { message } };
  };
  const answerOf = (path: string, body: string): unknown => {
    if (path === "/eth/v1/config/spec")
      return {
        PRESET_BASE: "minimal",
        SECONDS_PER_SLOT: "12",
        SLOTS_PER_EPOCH: String(SLOTS_PER_EPOCH),
        DEPOSIT_CONTRACT_ADDRESS: `0x${"11".repeat(20)}`,
        DEPOSIT_CHAIN_ID: "1",
        GENESIS_FORK_VERSION: "0x00000000",
        CAPELLA_FORK_VERSION: "0x03000000",
      };
    if (path === "/eth/v1/node/syncing")
      return {
        head_slot: String(state.slot),
        sync_distance: "0",
        is_syncing: false,
        is_optimistic: false,
        el_offline: false,
      };
    if (path.endsWith("/finality_checkpoints")) {
      const checkpoint = { epoch: String(Math.max(0, headEpoch() - 2)), root: rootOf(1, "") };
      return { previous_justified: checkpoint, current_justified: checkpoint, finalized: checkpoint };
    }
    if (path.endsWith("/validators"))
      return state.validators.map(({ pubkey, index, activationEpoch, exitEpoch, status = "active_ongoing" }) => ({
        index: String(index),
        balance: "32000000000",
        status,
        validator: {
          pubkey,
          withdrawal_credentials: `0x02${"00".repeat(11)}${"ab".repeat(20)}`,
          effective_balance: "32000000000",
          slashed: false,
          activation_eligibility_epoch: "0",
          activation_epoch: String(activationEpoch),
          exit_epoch: exitEpoch === undefined ? far : String(exitEpoch),
          withdrawable_epoch: far,
        },
      }));
    if (path.endsWith("/headers/head")) return header(state.slot);
    const headerSlot = /\/headers\/(\d+)$/.exec(path)?.[1];
    if (headerSlot !== undefined) return header(Number(headerSlot));
    const liveEpoch = /\/liveness\/(\d+)$/.exec(path)?.[1];
    if (liveEpoch !== undefined) {
      const wanted = Number(liveEpoch);
      if (state.forgetsLiveness || wanted < headEpoch() - 1) return 400;
      const who = state.live.get(wanted);
      return (JSON.parse(body) as string[]).map((index) => ({ index, is_live: Number(index) === who }));
    }
    const rewardsEpoch = /\/rewards\/attestations\/(\d+)$/.exec(path)?.[1];
    if (rewardsEpoch !== undefined) {
      if (state.hasNoRewards) return undefined;
      const who = state.voted.get(Number(rewardsEpoch));
      const total = (JSON.parse(body) as string[]).map((index) => {
        const gwei = Number(index) === who ? "100" : "-100";
        return { validator_index: index, head: Number(index) === who ? "100" : "0", target: gwei, source: gwei };
      });
      return { total_rewards: total };
    }
    return undefined;
  };
  const server = await startServer(({ path, body }) => {
    const data = answerOf(path, body);
    if (data === undefined || data === 400) return { status: data ?? 404, body: { code: data ?? 404, message: "no" } };
    return { body: { data } };
  });
  const chain: QuietChain = Object.assign(state, server, {
    node: { beacon: createBeaconApi({ url: server.url }), validators: createValidatorApi({ url: server.url }) },
    clock: {
      now: () => 1_700_000_000 + state.slot * 12,
      sleep: async () => {
        chain.slot += 2;
        chain.onWait(headEpoch());
      },
    },
  });
  return chain;
}
