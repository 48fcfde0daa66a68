import type { Hex } from "viem";

import { hasCode } from "../../runtime/errors.ts";
import * as answers from "./decoders.ts";
import { assertReady } from "./health.ts";
import { createBeaconHttp, type ByteReader, type HttpOptions } from "./http.ts";
import type * as t from "./types.ts";

/** Ids per request: lists go into the body of a POST, as Lodestar refuses more than 20 of them in an address. */
const IDS_PER_REQUEST = 1_000;
/** A mainnet state is several hundred megabytes. */
const STATE_TIMEOUT_MS = 600_000;

export type BeaconApiOptions = HttpOptions;

/**
 * A beacon node. Every answer is decoded into our types; every failure is an EthStakeError with one of the codes
 * BEACON_NOT_FOUND, BEACON_REFUSED, BEACON_UNSUPPORTED, BEACON_BAD_ANSWER, ABORTED, or (retryable, after the retries
 * that the client makes itself) BEACON_FAILED, BEACON_TIMEOUT, BEACON_UNREACHABLE.
 */
export type BeaconApi = {
  /** Scheme and host of the node. */
  readonly node: string;
  genesis(): Promise<t.BeaconGenesis>;
  spec(): Promise<t.BeaconSpec>;
  /** A missed slot answers BEACON_NOT_FOUND; see headerAtOrBefore. */
  header(blockId: t.BeaconId): Promise<t.HeaderAnswer>;
  block(blockId: t.BeaconId): Promise<t.BeaconBlock>;
  /** The execution blocks that a block names; the same question on every fork. */
  blockExecution(blockId: t.BeaconId): Promise<t.BlockExecution>;
  /** Give a state root (`header.stateRoot`) for anything old: clients differ on slots without a block. */
  finalityCheckpoints(stateId: t.BeaconId): Promise<t.FinalityCheckpoints>;
  /** Only those that exist, in the order of the node. No ids, no answer: this never asks for all. */
  validators(stateId: t.BeaconId, ids: readonly (Hex | number)[]): Promise<t.ValidatorAnswer[]>;
  pendingDeposits(stateId: t.BeaconId): Promise<t.PendingDeposit[]>;
  pendingPartialWithdrawals(stateId: t.BeaconId): Promise<t.PendingPartialWithdrawal[]>;
  syncing(): Promise<t.SyncStatus>;
  version(): Promise<t.NodeVersion>;
  /** The whole state as SSZ and the name of its fork; decode with ssz/state.ts. */
  stateSsz(stateId: t.BeaconId): Promise<{ bytes: Uint8Array; fork: string }>;
  /** The same, handed on as it comes: nothing but what the reader keeps is ever in memory. */
  readState<T>(stateId: t.BeaconId, open: (fork: string) => ByteReader<T>): Promise<T>;
  /** The whole state as JSON, for nodes that answer BEACON_UNSUPPORTED to SSZ: slow, and too long on large networks. */
  stateJson(stateId: t.BeaconId): Promise<{ data: unknown; fork: string }>;
  /** Lodestar answers for the last two or three epochs only. */
  attestationRewards(epoch: number, ids: readonly (Hex | number)[]): Promise<t.AttestationReward[]>;
  /** The committees of one epoch, as a state of it or of the next epoch knows them. */
  committees(stateId: t.BeaconId, epoch: number): Promise<t.Committee[]>;
  blockAttestations(blockId: t.BeaconId): Promise<t.BlockAttestation[]>;
  /** Refuses a node that is syncing, optimistic, or without its execution client. */
  assertReady(): Promise<void>;
};

/**
 * Connects to a beacon node.
 *
 * @example
 * const beacon = createBeaconApi({ url: "http://127.0.0.1:5052", signal: shutdown.signal });
 * await beacon.assertReady();
 * const { finalized } = await beacon.finalityCheckpoints("head");
 */
export function createBeaconApi(options: BeaconApiOptions): BeaconApi {
  const http = createBeaconHttp(options);
  const state = (id: t.BeaconId, what: string) => `/eth/v1/beacon/states/${id}/${what}`;
  const statePath = (id: t.BeaconId) => `/eth/v2/debug/beacon/states/${id}`;
  const stateTimeoutMs = options.timeoutMs ?? STATE_TIMEOUT_MS;
  const syncing = () => http.json(answers.syncingAnswer, "/eth/v1/node/syncing");
  return {
    node: http.node,
    genesis: () => http.json(answers.genesisAnswer, "/eth/v1/beacon/genesis"),
    spec: () => http.json(answers.specAnswer, "/eth/v1/config/spec"),
    header: (id) => http.json(answers.headerAnswer, `/eth/v1/beacon/headers/${id}`),
    block: (id) => http.json(answers.blockAnswer, `/eth/v2/beacon/blocks/${id}`),
    blockExecution: (id) => http.json(answers.blockExecutionAnswer, `/eth/v2/beacon/blocks/${id}`),
    finalityCheckpoints: (id) => http.json(answers.finalityAnswer, state(id, "finality_checkpoints")),
    validators: (id, ids) =>
      inParts(ids, (part) => http.json(answers.validatorsAnswer, state(id, "validators"), { ids: part })),
    pendingDeposits: (id) => http.json(answers.pendingDepositsAnswer, state(id, "pending_deposits")),
    pendingPartialWithdrawals: (id) =>
      http.json(answers.pendingPartialWithdrawalsAnswer, state(id, "pending_partial_withdrawals")),
    syncing,
    version: async () => {
      try {
        return await http.json(answers.versionV2Answer, "/eth/v2/node/version");
      } catch (error) {
        if (!hasCode(error, "BEACON_NOT_FOUND") && !hasCode(error, "BEACON_BAD_ANSWER")) throw error;
        return http.json(answers.versionAnswer, "/eth/v1/node/version");
      }
    },
    stateSsz: (id) => http.bytes(statePath(id), stateTimeoutMs),
    readState: (id, open) => http.stream(statePath(id), open, stateTimeoutMs),
    stateJson: (id) => http.json(answers.stateJsonAnswer, statePath(id), undefined, stateTimeoutMs),
    attestationRewards: (epoch, ids) =>
      inParts(ids, (part) =>
        http.json(answers.attestationRewardsAnswer, `/eth/v1/beacon/rewards/attestations/${epoch}`, part),
      ),
    committees: (id, epoch) => http.json(answers.committeesAnswer, state(id, `committees?epoch=${epoch}`)),
    blockAttestations: (id) => http.json(answers.blockAttestationsAnswer, `/eth/v2/beacon/blocks/${id}/attestations`),
    assertReady: async () => assertReady(http.node, await syncing()),
  };
}

async function inParts<T>(
  ids: readonly (Hex | number)[],
  ask: (part: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_REQUEST)
    found.push(...(await ask(ids.slice(at, at + IDS_PER_REQUEST).map(String))));
  return found;
}
