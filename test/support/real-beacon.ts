// A beacon chain with the real rules and without blocks: Lodestar's state transition on a state made for a test.
import { createBeaconConfig, createChainForkConfig } from "@lodestar/config";
import { mainnetChainConfig } from "@lodestar/config/configs";
import {
  FAR_FUTURE_EPOCH,
  ForkSeq,
  MIN_ACTIVATION_BALANCE,
  SLOTS_PER_EPOCH,
  UNSET_DEPOSIT_REQUESTS_START_INDEX,
} from "@lodestar/params";
import {
  createCachedBeaconState,
  createPubkeyCache,
  getNextSyncCommittee,
  interopSecretKey,
  processSlots,
  syncPubkeys,
  type CachedBeaconStateElectra,
  type CachedBeaconStateFulu,
} from "@lodestar/state-transition";
import { initiateValidatorExit, processDepositRequest, processWithdrawals } from "@lodestar/state-transition/block";
import { ssz } from "@lodestar/types";
import { bytesToHex, hexToBytes, type Hex } from "viem";

// The package exports neither of these two.
import { getExpectedWithdrawals } from "../../node_modules/@lodestar/state-transition/lib/block/processWithdrawals.js";
import { processWithdrawalRequest } from "../../node_modules/@lodestar/state-transition/lib/block/processWithdrawalRequest.js";
import type { DepositRequest, WithdrawalRequest } from "../../chain/beacon/types.ts";

/** Waiting times that on mainnet are 256 epochs. */
export const SHARD_COMMITTEE_PERIOD = 4;
export const MIN_VALIDATOR_WITHDRAWABILITY_DELAY = 2;

/** Validators of others: enough ether for the least churn, all at work. */
const OTHERS = 64;
const ALL_FLAGS = 0b111;

/** What the chain paid out. */
export type Payout = { validatorIndex: number; address: Hex; amountGwei: bigint };

export type RealBeacon = {
  readonly state: CachedBeaconStateFulu;
  epoch(): number;
  /** Takes what an execution block brings: deposits and withdrawal requests, in this order. */
  take(requests: {
    deposits?: readonly Omit<DepositRequest, "index">[];
    withdrawals?: readonly WithdrawalRequest[];
  }): void;
  /** Lets epochs pass in which everybody attests, and answers what was paid out. */
  pass(epochs: number): Payout[];
  /** Its place among the validators; undefined before it has a record. */
  indexOf(pubkey: Hex): number | undefined;
  recordOf(pubkey: Hex): ReturnType<typeof ssz.phase0.Validator.defaultValue>;
  balanceGweiOf(pubkey: Hex): bigint;
  /** A signed exit of the validator's own, as far as it concerns its record. */
  exitVoluntarily(pubkey: Hex): void;
};

/**
 * Starts such a chain at an epoch.
 *
 * @example
 * const beacon = startRealBeacon({ genesisTime, genesisForkVersion, epoch: 40 });
 * beacon.take({ deposits: await depositsOf(protocol, hash) });
 * beacon.pass(4);
 */
export function startRealBeacon(options: { genesisTime: number; genesisForkVersion: Hex; epoch: number }): RealBeacon {
  const state = createState(options);
  const fork = ForkSeq.fulu;
  const config = createBeaconConfig(createConfig(options.genesisForkVersion), state.genesisValidatorsRoot);
  const pubkeyCache = createPubkeyCache();
  syncPubkeys(pubkeyCache, state.validators.getAllReadonlyValues());
  let cached = createCachedBeaconState(state, { config, pubkeyCache });

  const indexOf = (pubkey: Hex) => {
    const index = cached.epochCtx.getValidatorIndex(hexToBytes(pubkey));
    return index === null || index >= cached.validators.length ? undefined : index;
  };
  const known = (pubkey: Hex) => {
    const index = indexOf(pubkey);
    if (index === undefined) throw new Error(`the beacon chain has no validator ${pubkey}`);
    return index;
  };
  const pay = (): Payout[] => {
    const { expectedWithdrawals } = getExpectedWithdrawals(fork, asElectra(cached));
    const payload = { ...ssz.electra.ExecutionPayload.defaultValue(), withdrawals: expectedWithdrawals };
    processWithdrawals(fork, asElectra(cached), payload);
    return expectedWithdrawals.map(({ validatorIndex, address, amount }) => ({
      validatorIndex,
      address: bytesToHex(address),
      amountGwei: amount,
    }));
  };

  return {
    get state() {
      return cached;
    },
    epoch: () => cached.epochCtx.epoch,
    take({ deposits = [], withdrawals = [] }) {
      for (const [index, { pubkey, withdrawalCredentials, amountGwei, signature }] of deposits.entries())
        processDepositRequest(fork, asElectra(cached), {
          pubkey: hexToBytes(pubkey),
          withdrawalCredentials: hexToBytes(withdrawalCredentials),
          amount: Number(amountGwei),
          signature: hexToBytes(signature),
          index: BigInt(index),
        });
      for (const { sourceAddress, pubkey, amountGwei } of withdrawals)
        processWithdrawalRequest(fork, asElectra(cached), {
          sourceAddress: hexToBytes(sourceAddress),
          validatorPubkey: hexToBytes(pubkey),
          amount: amountGwei,
        });
      cached.commit();
    },
    pass(epochs) {
      const payouts: Payout[] = [];
      for (let passed = 0; passed < epochs; passed++) {
        const count = cached.validators.length;
        for (let index = 0; index < count; index++) cached.currentEpochParticipation.set(index, ALL_FLAGS);
        cached.commit();
        cached = processSlots(cached, (cached.epochCtx.epoch + 1) * SLOTS_PER_EPOCH) as CachedBeaconStateFulu;
        payouts.push(...pay());
        cached.commit();
      }
      return payouts;
    },
    indexOf,
    recordOf: (pubkey) => cached.validators.getReadonly(known(pubkey)).toValue(),
    balanceGweiOf: (pubkey) => BigInt(cached.balances.get(known(pubkey))),
    exitVoluntarily(pubkey) {
      initiateValidatorExit(fork, cached, cached.validators.get(known(pubkey)));
      cached.commit();
    },
  };
}

/** These functions are typed for Electra, and read and write nothing that Fulu changed. */
function asElectra(state: CachedBeaconStateFulu): CachedBeaconStateElectra {
  return state as unknown as CachedBeaconStateElectra;
}

function createConfig(genesisForkVersion: Hex) {
  return createChainForkConfig({
    ...mainnetChainConfig,
    GENESIS_FORK_VERSION: hexToBytes(genesisForkVersion),
    ALTAIR_FORK_EPOCH: 0,
    BELLATRIX_FORK_EPOCH: 0,
    CAPELLA_FORK_EPOCH: 0,
    DENEB_FORK_EPOCH: 0,
    ELECTRA_FORK_EPOCH: 0,
    FULU_FORK_EPOCH: 0,
    GLOAS_FORK_EPOCH: Infinity,
    SHARD_COMMITTEE_PERIOD,
    MIN_VALIDATOR_WITHDRAWABILITY_DELAY,
  });
}

/** A Fulu state in which the others have been active for long, finalised two epochs ago. */
function createState({ genesisTime, epoch }: { genesisTime: number; epoch: number }) {
  const state = ssz.fulu.BeaconState.defaultViewDU();
  const indices = Array.from({ length: OTHERS }, (_, index) => index);
  const zeros = indices.map(() => 0);
  state.genesisTime = genesisTime;
  state.slot = epoch * SLOTS_PER_EPOCH;
  state.validators = ssz.phase0.Validators.toViewDU(indices.map(otherValidator));
  state.balances = ssz.phase0.Balances.toViewDU(indices.map(() => MIN_ACTIVATION_BALANCE));
  state.genesisValidatorsRoot = state.validators.hashTreeRoot();
  state.previousEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeros);
  state.currentEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeros);
  state.inactivityScores = ssz.altair.InactivityScores.toViewDU(zeros);
  state.depositRequestsStartIndex = UNSET_DEPOSIT_REQUESTS_START_INDEX;
  state.previousJustifiedCheckpoint = ssz.phase0.Checkpoint.toViewDU({ epoch: epoch - 2, root: new Uint8Array(32) });
  state.currentJustifiedCheckpoint = ssz.phase0.Checkpoint.toViewDU({ epoch: epoch - 1, root: new Uint8Array(32) });
  state.finalizedCheckpoint = ssz.phase0.Checkpoint.toViewDU({ epoch: epoch - 2, root: new Uint8Array(32) });
  state.commit();

  const increments = new Uint16Array(OTHERS).fill(32);
  const { syncCommittee } = getNextSyncCommittee(ForkSeq.fulu, state, Uint32Array.from(indices), increments);
  state.currentSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.nextSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.commit();
  return state;
}

/** Its credentials have no address, so that no sweep pays it. */
function otherValidator(index: number) {
  return {
    pubkey: interopSecretKey(index).toPublicKey().toBytes(),
    withdrawalCredentials: new Uint8Array(32),
    effectiveBalance: MIN_ACTIVATION_BALANCE,
    slashed: false,
    activationEligibilityEpoch: 0,
    activationEpoch: 0,
    exitEpoch: FAR_FUTURE_EPOCH,
    withdrawableEpoch: FAR_FUTURE_EPOCH,
  };
}
