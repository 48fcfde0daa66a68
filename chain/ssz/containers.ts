// Types whose shape is the same on every preset and fork, so that they need no client library:
// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#containers
import "./hasher.ts";

import { BooleanType, ByteVectorType, ContainerType, UintBigintType, UintNumberType } from "@chainsafe/ssz";

const bytes4 = new ByteVectorType(4);
const bytes32 = new ByteVectorType(32);
const bytes48 = new ByteVectorType(48);
const bytes96 = new ByteVectorType(96);
const uint64 = new UintBigintType(8);
/** A uint64 that the library reads as a number, with Infinity for 2^64 - 1. */
const uint64Number = new UintNumberType(8, { clipInfinity: true });

/** What a deposit signature covers. */
export const DepositMessage = new ContainerType({
  pubkey: bytes48,
  withdrawalCredentials: bytes32,
  amountGwei: uint64,
});

/** What the deposit contract hashes. */
export const DepositData = new ContainerType({
  pubkey: bytes48,
  withdrawalCredentials: bytes32,
  amountGwei: uint64,
  signature: bytes96,
});

export const ForkData = new ContainerType({ currentVersion: bytes4, genesisValidatorsRoot: bytes32 });

export const SigningData = new ContainerType({ objectRoot: bytes32, domain: bytes32 });

export const VoluntaryExit = new ContainerType({ epoch: uint64, validatorIndex: uint64 });

export const BeaconBlockHeaderType = new ContainerType({
  slot: uint64,
  proposerIndex: uint64,
  parentRoot: bytes32,
  stateRoot: bytes32,
  bodyRoot: bytes32,
});

/** 121 bytes; the order of the fields is the order of the leaves that contracts are given. */
export const ValidatorType = new ContainerType({
  pubkey: bytes48,
  withdrawalCredentials: bytes32,
  effectiveBalanceGwei: uint64,
  slashed: new BooleanType(),
  activationEligibilityEpoch: uint64Number,
  activationEpoch: uint64Number,
  exitEpoch: uint64Number,
  withdrawableEpoch: uint64Number,
});

/** A deposit that waits to be credited: https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#pendingdeposit */
export const PendingDepositType = new ContainerType({
  pubkey: bytes48,
  withdrawalCredentials: bytes32,
  amountGwei: uint64,
  signature: bytes96,
  slot: uint64Number,
});

/** https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#pendingpartialwithdrawal */
export const PendingPartialWithdrawalType = new ContainerType({
  validatorIndex: uint64Number,
  amountGwei: uint64,
  withdrawableEpoch: uint64Number,
});

/** https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#pendingconsolidation */
export const PendingConsolidationType = new ContainerType({ sourceIndex: uint64Number, targetIndex: uint64Number });

/** https://github.com/ethereum/consensus-specs/blob/master/specs/capella/beacon-chain.md#withdrawal */
export const WithdrawalType = new ContainerType({
  index: uint64,
  validatorIndex: uint64Number,
  address: new ByteVectorType(20),
  amountGwei: uint64,
});
