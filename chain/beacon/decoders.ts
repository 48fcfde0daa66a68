// One decoder per answer of the Beacon API: https://ethereum.github.io/beacon-APIs
import { hexToBytes } from "viem";
import { z } from "zod";

import {
  address,
  bytes,
  dataOf,
  forkVersion,
  gwei,
  index,
  pubkey,
  root,
  signature,
  signedGwei,
  wei,
} from "./codecs.ts";
import {
  VALIDATOR_STATUSES,
  type AttestationReward,
  type BeaconBlock,
  type BeaconGenesis,
  type BeaconSpec,
  type BlockAttestation,
  type BlockExecution,
  type Committee,
  type FinalityCheckpoints,
  type HeaderAnswer,
  type NodeVersion,
  type PendingDeposit,
  type PendingPartialWithdrawal,
  type SyncStatus,
  type ValidatorAnswer,
} from "./types.ts";

export const genesisAnswer: z.ZodType<BeaconGenesis> = dataOf(
  z
    .object({ genesis_time: index, genesis_validators_root: root, genesis_fork_version: forkVersion })
    .transform((data) => ({
      genesisTime: data.genesis_time,
      genesisValidatorsRoot: data.genesis_validators_root,
      genesisForkVersion: data.genesis_fork_version,
    })),
);

export const specAnswer: z.ZodType<BeaconSpec> = dataOf(
  z
    .looseObject({
      PRESET_BASE: z.enum(["mainnet", "minimal"]),
      SECONDS_PER_SLOT: index.optional(),
      SLOT_DURATION_MS: index.optional(),
      SLOTS_PER_EPOCH: index,
      DEPOSIT_CONTRACT_ADDRESS: address,
      DEPOSIT_CHAIN_ID: index,
      GENESIS_FORK_VERSION: forkVersion,
      CAPELLA_FORK_VERSION: forkVersion,
    })
    .refine((spec) => spec.SECONDS_PER_SLOT ?? spec.SLOT_DURATION_MS, "has no length of a slot")
    .transform((spec) => ({
      preset: spec.PRESET_BASE,
      secondsPerSlot: spec.SECONDS_PER_SLOT ?? (spec.SLOT_DURATION_MS ?? 0) / 1000,
      slotsPerEpoch: spec.SLOTS_PER_EPOCH,
      depositContract: spec.DEPOSIT_CONTRACT_ADDRESS,
      depositChainId: spec.DEPOSIT_CHAIN_ID,
      genesisForkVersion: spec.GENESIS_FORK_VERSION,
      capellaForkVersion: spec.CAPELLA_FORK_VERSION,
      raw: spec,
    })),
);

const beaconHeader = z
  .object({ slot: index, proposer_index: index, parent_root: root, state_root: root, body_root: root })
  .transform((header) => ({
    slot: header.slot,
    proposerIndex: header.proposer_index,
    parentRoot: header.parent_root,
    stateRoot: header.state_root,
    bodyRoot: header.body_root,
  }));

export const headerAnswer: z.ZodType<HeaderAnswer> = z
  .object({
    execution_optimistic: z.boolean().default(false),
    finalized: z.boolean().default(false),
    data: z.object({ root, canonical: z.boolean(), header: z.object({ message: beaconHeader }) }),
  })
  .transform(({ data, finalized, execution_optimistic }) => ({
    root: data.root,
    canonical: data.canonical,
    finalized,
    executionOptimistic: execution_optimistic,
    header: data.header.message,
  }));

const withdrawal = z.object({ index, validator_index: index, address, amount: gwei }).transform((item) => ({
  index: item.index,
  validatorIndex: item.validator_index,
  address: item.address,
  amountGwei: item.amount,
}));
const depositRequest = z
  .object({ pubkey, withdrawal_credentials: root, amount: gwei, signature, index })
  .transform((item) => ({
    pubkey: item.pubkey,
    withdrawalCredentials: item.withdrawal_credentials,
    amountGwei: item.amount,
    signature: item.signature,
    index: item.index,
  }));
const withdrawalRequest = z
  .object({ source_address: address, validator_pubkey: pubkey, amount: gwei })
  .transform((item) => ({
    sourceAddress: item.source_address,
    pubkey: item.validator_pubkey,
    amountGwei: item.amount,
  }));
const consolidationRequest = z
  .object({ source_address: address, source_pubkey: pubkey, target_pubkey: pubkey })
  .transform((item) => ({
    sourceAddress: item.source_address,
    sourcePubkey: item.source_pubkey,
    targetPubkey: item.target_pubkey,
  }));
const executionPayload = z
  .object({
    block_hash: root,
    block_number: index,
    timestamp: index,
    fee_recipient: address,
    gas_used: index,
    base_fee_per_gas: wei,
    withdrawals: z.array(withdrawal),
  })
  .transform((payload) => ({
    blockHash: payload.block_hash,
    blockNumber: payload.block_number,
    timestamp: payload.timestamp,
    feeRecipient: payload.fee_recipient,
    gasUsed: BigInt(payload.gas_used),
    baseFeePerGasWei: payload.base_fee_per_gas,
    withdrawals: payload.withdrawals,
  }));

export const blockAnswer: z.ZodType<BeaconBlock> = z
  .object({
    version: z.string(),
    data: z.object({
      message: z.object({
        slot: index,
        proposer_index: index,
        parent_root: root,
        state_root: root,
        body: z.object({
          graffiti: bytes,
          execution_payload: executionPayload,
          execution_requests: z.object({
            deposits: z.array(depositRequest),
            withdrawals: z.array(withdrawalRequest),
            consolidations: z.array(consolidationRequest),
          }),
        }),
      }),
    }),
  })
  .transform(({ version, data: { message } }) => ({
    fork: version,
    slot: message.slot,
    proposerIndex: message.proposer_index,
    parentRoot: message.parent_root,
    stateRoot: message.state_root,
    graffiti: message.body.graffiti,
    executionPayload: message.body.execution_payload,
    executionRequests: message.body.execution_requests,
  }));

/** Gloas orders a payload by a bid, and has executed the one that the bid builds on when the block is processed. */
export const blockExecutionAnswer: z.ZodType<BlockExecution> = dataOf(
  z
    .object({
      message: z.object({
        body: z.union([
          z.object({ execution_payload: z.object({ block_hash: root }) }),
          z.object({
            signed_execution_payload_bid: z.object({
              message: z.object({ parent_block_hash: root, block_hash: root }),
            }),
          }),
        ]),
      }),
    })
    .transform(({ message: { body } }): BlockExecution => {
      if ("execution_payload" in body) {
        const { block_hash } = body.execution_payload;
        return { cutoffBlockHash: block_hash, payloadBlockHash: block_hash, isOrdered: false };
      }
      const bid = body.signed_execution_payload_bid.message;
      return { cutoffBlockHash: bid.parent_block_hash, payloadBlockHash: bid.block_hash, isOrdered: true };
    }),
);

const checkpoint = z.object({ epoch: index, root });
export const finalityAnswer: z.ZodType<FinalityCheckpoints> = dataOf(
  z
    .object({ previous_justified: checkpoint, current_justified: checkpoint, finalized: checkpoint })
    .transform((data) => ({
      previousJustified: data.previous_justified,
      currentJustified: data.current_justified,
      finalized: data.finalized,
    })),
);

const validatorRecord = z
  .object({
    pubkey,
    withdrawal_credentials: root,
    effective_balance: gwei,
    slashed: z.boolean(),
    activation_eligibility_epoch: index,
    activation_epoch: index,
    exit_epoch: index,
    withdrawable_epoch: index,
  })
  .transform((record) => ({
    pubkey: record.pubkey,
    withdrawalCredentials: record.withdrawal_credentials,
    effectiveBalanceGwei: record.effective_balance,
    slashed: record.slashed,
    activationEligibilityEpoch: record.activation_eligibility_epoch,
    activationEpoch: record.activation_epoch,
    exitEpoch: record.exit_epoch,
    withdrawableEpoch: record.withdrawable_epoch,
  }));
export const validatorsAnswer: z.ZodType<ValidatorAnswer[]> = dataOf(
  z.array(
    z
      .object({ index, balance: gwei, status: z.enum(VALIDATOR_STATUSES), validator: validatorRecord })
      .transform((item) => ({
        index: item.index,
        status: item.status,
        balanceGwei: item.balance,
        validator: item.validator,
      })),
  ),
);

export const pendingDepositsAnswer: z.ZodType<PendingDeposit[]> = dataOf(
  z.array(
    z.object({ pubkey, withdrawal_credentials: root, amount: gwei, signature, slot: index }).transform((item) => ({
      pubkey: item.pubkey,
      withdrawalCredentials: item.withdrawal_credentials,
      amountGwei: item.amount,
      signature: item.signature,
      slot: item.slot,
    })),
  ),
);

export const pendingPartialWithdrawalsAnswer: z.ZodType<PendingPartialWithdrawal[]> = dataOf(
  z.array(
    z.object({ validator_index: index, amount: gwei, withdrawable_epoch: index }).transform((item) => ({
      validatorIndex: item.validator_index,
      amountGwei: item.amount,
      withdrawableEpoch: item.withdrawable_epoch,
    })),
  ),
);

export const syncingAnswer: z.ZodType<SyncStatus> = dataOf(
  z
    .object({
      head_slot: index,
      sync_distance: index,
      is_syncing: z.boolean(),
      is_optimistic: z.boolean().default(false),
      el_offline: z.boolean().default(false),
    })
    .transform((data) => ({
      headSlot: data.head_slot,
      syncDistanceSlots: data.sync_distance,
      isSyncing: data.is_syncing,
      isOptimistic: data.is_optimistic,
      elOffline: data.el_offline,
    })),
);

export const attestationRewardsAnswer: z.ZodType<AttestationReward[]> = dataOf(
  z
    .object({
      total_rewards: z.array(
        z
          .object({
            validator_index: index,
            head: signedGwei,
            target: signedGwei,
            source: signedGwei,
            inactivity: signedGwei.default(0n),
          })
          .transform((item) => ({
            validatorIndex: item.validator_index,
            headGwei: item.head,
            targetGwei: item.target,
            sourceGwei: item.source,
            inactivityGwei: item.inactivity,
          })),
      ),
    })
    .transform((data) => data.total_rewards),
);

export const committeesAnswer: z.ZodType<Committee[]> = dataOf(
  z.array(z.object({ slot: index, index, validators: z.array(index) })),
);

const bitfield = bytes.transform((text) => hexToBytes(text));
export const blockAttestationsAnswer: z.ZodType<BlockAttestation[]> = dataOf(
  z.array(
    z
      .object({
        aggregation_bits: bitfield,
        committee_bits: bitfield,
        data: z.object({ slot: index, target: z.object({ epoch: index, root }) }),
      })
      .transform(({ aggregation_bits, committee_bits, data }) => ({
        slot: data.slot,
        targetEpoch: data.target.epoch,
        targetRoot: data.target.root,
        committeeBits: committee_bits,
        aggregationBits: aggregation_bits,
      })),
  ),
);

const clientName = z.object({ code: z.string(), version: z.string() }).transform((it) => `${it.code}/${it.version}`);
export const versionAnswer: z.ZodType<NodeVersion> = dataOf(
  z
    .object({ version: z.string() })
    .transform((data) => ({ consensus: data.version, execution: undefined as string | undefined })),
);
export const versionV2Answer: z.ZodType<NodeVersion> = dataOf(
  z
    .object({ beacon_node: clientName, execution_client: clientName.optional() })
    .transform((data) => ({ consensus: data.beacon_node, execution: data.execution_client })),
);

/** Only the envelope: the SSZ types read the rest. */
export const stateJsonAnswer: z.ZodType<{ data: unknown; fork: string }> = z
  .object({ version: z.string(), data: z.unknown() })
  .transform(({ version, data }) => ({ data, fork: version }));
