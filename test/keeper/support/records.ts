// What the fake contracts of a keeper's tests answer.
import { privateKeyToAccount } from "viem/accounts";

import { eth, wei } from "../samples.ts";

export const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
export const owner = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
export const managerParameters = {
  maxStock: 64,
  maxStockPerOperator: 32,
  maxOperatorShareBps: 10_000,
  maxProofAgeSeconds: 3_600,
  minPartialGwei: eth(1),
  exitRetrySeconds: 1_000,
  slashedLockBps: 1_000,
  turnGwei: eth(2016),
};
export const registryParameters = {
  faultPenaltyWei: wei(1),
  bondMarginWei: 0n,
  bondRateBps: 400,
  clientCapBps: 10_000,
  clientCapFloorGwei: 0n,
  minBatchAgeSeconds: 60,
  appealWindowSeconds: 600,
  bondExitDelaySeconds: 600,
  exitDeadlineSeconds: 600,
  downtimePenaltyWeiPerEthEpoch: 0n,
  maxDowntimeLockBps: 0,
  maxPeriodLockWei: 0n,
  strikesToDeactivate: 3,
  theftPenaltyWei: wei(1),
};
export const operatorRecord = {
  owner,
  paymentAddress: owner,
  clientPair: "0x47454c53",
  status: 1,
  bondShares: wei(16),
  lockedShares: 0n,
  debtShares: 0n,
  fundedGwei: 0n,
  unprovenCount: 0,
  strikeHistory: 0,
  lastPeriod: 0,
  deactivatedAt: 0,
  withdrawalShares: 0n,
  withdrawalAt: 0,
  withdrawalRefSlot: 0n,
  name: "Blue Nodes",
};
export const record = (status: number, depositedGwei = 0n) => ({
  operatorId: 1,
  status,
  depositedGwei,
  requestedAt: 0,
  index: 0,
  partialGwei: 0n,
});
