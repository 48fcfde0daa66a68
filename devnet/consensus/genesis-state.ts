import { createBeaconConfig, type BeaconConfig, type ChainForkConfig } from "@lodestar/config";
import {
  EPOCHS_PER_HISTORICAL_VECTOR,
  FAR_FUTURE_EPOCH,
  ForkSeq,
  MAX_EFFECTIVE_BALANCE,
  UNSET_DEPOSIT_REQUESTS_START_INDEX,
} from "@lodestar/params";
import {
  BeaconStateView,
  createBeaconStateView,
  createCachedBeaconState,
  createPubkeyCache,
  getNextSyncCommittee,
  interopSecretKey,
  syncPubkeys,
  type BeaconStateFulu,
  type CachedBeaconStateElectra,
  type IBeaconStateView,
  type PubkeyCache,
} from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import { fromHex } from "@lodestar/utils";
import type { ExecutionHeader } from "./execution-header.ts";
import { initializeProposerLookahead } from "./lodestar-internals.ts";

/** Root of the deposit contract's tree while it is empty. */
const EMPTY_DEPOSIT_ROOT = "0xd70a234731285c6804c2a4f56711ddb8c82c99740f207854891028af34e27e5e";

const EFFECTIVE_BALANCE_INCREMENTS = 32;

export interface Genesis {
  state: BeaconStateFulu;
  view: IBeaconStateView;
  config: BeaconConfig;
  pubkeyCache: PubkeyCache;
}

/**
 * A Fulu state in which the interop validators are active from the start, with 0x01 credentials of their own each,
 * built on block 0 of the execution chain.
 */
export function createGenesis(
  chainConfig: ChainForkConfig,
  options: {
    validatorCount: number;
    exitQueueUntilEpoch?: number;
    genesisTime: number;
    executionHeader: ExecutionHeader;
  },
): Genesis {
  const { validatorCount, exitQueueUntilEpoch = 0, genesisTime, executionHeader } = options;
  const state = ssz.fulu.BeaconState.defaultViewDU();
  const bodyRoot = ssz.fulu.BeaconBlockBody.hashTreeRoot(ssz.fulu.BeaconBlockBody.defaultValue());
  const version = chainConfig.FULU_FORK_VERSION;
  state.genesisTime = genesisTime;
  state.fork = ssz.phase0.Fork.toViewDU({ previousVersion: version, currentVersion: version, epoch: 0 });
  state.latestBlockHeader = ssz.phase0.BeaconBlockHeader.toViewDU({
    ...ssz.phase0.BeaconBlockHeader.defaultValue(),
    bodyRoot,
  });

  const indices = Array.from({ length: validatorCount }, (_, index) => index);
  state.validators = ssz.phase0.Validators.toViewDU(indices.map(genesisValidator));
  state.balances = ssz.phase0.Balances.toViewDU(indices.map(() => MAX_EFFECTIVE_BALANCE));
  state.genesisValidatorsRoot = state.validators.hashTreeRoot();
  const zeros = indices.map(() => 0);
  state.previousEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeros);
  state.currentEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeros);
  state.inactivityScores = ssz.altair.InactivityScores.toViewDU(zeros);

  const executionHash = fromHex(executionHeader.hash);
  state.eth1Data = ssz.phase0.Eth1Data.toViewDU({
    depositRoot: fromHex(EMPTY_DEPOSIT_ROOT),
    depositCount: 0n,
    blockHash: executionHash,
  });
  // What a state remembers of the exits before: the epoch that is booked out to the last Gwei. Nobody here has to leave.
  state.earliestExitEpoch = exitQueueUntilEpoch;
  state.exitBalanceToConsume = 0n;
  state.depositRequestsStartIndex = UNSET_DEPOSIT_REQUESTS_START_INDEX;
  state.randaoMixes = ssz.phase0.RandaoMixes.toViewDU(
    Array.from({ length: EPOCHS_PER_HISTORICAL_VECTOR }, () => executionHash),
  );
  state.latestExecutionPayloadHeader = ssz.deneb.ExecutionPayloadHeader.toViewDU({
    ...ssz.deneb.ExecutionPayloadHeader.defaultValue(),
    blockHash: executionHash,
    stateRoot: fromHex(executionHeader.stateRoot),
    receiptsRoot: fromHex(executionHeader.receiptsRoot),
    gasLimit: Number(executionHeader.gasLimit),
    baseFeePerGas: BigInt(executionHeader.baseFeePerGas),
    transactionsRoot: ssz.bellatrix.Transactions.hashTreeRoot([]),
    withdrawalsRoot: ssz.capella.Withdrawals.hashTreeRoot([]),
  });
  state.commit();

  const increments = new Uint16Array(validatorCount).fill(EFFECTIVE_BALANCE_INCREMENTS);
  const { syncCommittee } = getNextSyncCommittee(ForkSeq.fulu, state, Uint32Array.from(indices), increments);
  state.currentSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.nextSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee);
  state.commit();

  const config = createBeaconConfig(chainConfig, state.genesisValidatorsRoot);
  const cached = createCachedBeaconState(
    state.clone(),
    { config, pubkeyCache: pubkeysOf(state) },
    { skipSyncPubkeys: true },
  );
  state.proposerLookahead = ssz.fulu.ProposerLookahead.toViewDU(initializeProposerLookahead(asElectra(cached)));
  state.commit();

  addMissingViewMethod();
  const pubkeyCache = pubkeysOf(state);
  const view = createBeaconStateView({ useNative: false, anchorState: state, config, pubkeyCache });
  return { state, view, config, pubkeyCache };
}

/** The function is written for the upgrade from Electra to Fulu and reads nothing that Fulu added. */
function asElectra(state: BeaconStateFulu): CachedBeaconStateElectra {
  return state as unknown as CachedBeaconStateElectra;
}

/** Rewards of genesis validator i are swept to 0x1000 + i. */
function genesisValidator(index: number) {
  const withdrawalCredentials = new Uint8Array(32);
  withdrawalCredentials[0] = 0x01;
  new DataView(withdrawalCredentials.buffer).setUint32(28, 0x1000 + index);
  return {
    pubkey: interopSecretKey(index).toPublicKey().toBytes(),
    withdrawalCredentials,
    effectiveBalance: MAX_EFFECTIVE_BALANCE,
    slashed: false,
    activationEligibilityEpoch: 0,
    activationEpoch: 0,
    exitEpoch: FAR_FUTURE_EPOCH,
    withdrawableEpoch: FAR_FUTURE_EPOCH,
  };
}

function pubkeysOf(state: BeaconStateFulu): PubkeyCache {
  const cache = createPubkeyCache();
  syncPubkeys(cache, state.validators.getAllReadonlyValues());
  return cache;
}

/**
 * beacon-node 1.44 calls a method of the state that state-transition 1.46 no longer has (it asks whether a late
 * block would deserve the proposer boost).
 */
function addMissingViewMethod(): void {
  if ("getBeaconProposerOrNull" in BeaconStateView.prototype) return;
  Object.defineProperty(BeaconStateView.prototype, "getBeaconProposerOrNull", {
    value(this: BeaconStateView, slot: number): number | null {
      try {
        return this.getBeaconProposer(slot);
      } catch {
        return null;
      }
    },
  });
}
