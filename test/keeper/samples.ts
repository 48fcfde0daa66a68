import type { Hex } from "viem";

import type { PoolOperator } from "../../chain/protocol/operators.ts";
import type { PoolValidator } from "../../chain/protocol/validators.ts";
import { etherToGwei, WEI_PER_ETHER } from "../../chain/units.ts";
import type { AnchorPoint } from "../../keeper/proofs/anchor.ts";

export const eth = etherToGwei;
export const wei = (ether: number) => BigInt(ether) * WEI_PER_ETHER;
export const keyOf = (n: number): Hex => `0x${n.toString(16).padStart(96, "0")}`;
export const rootOf = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

/** A proof anchor that decisions only hand on. */
export const point: AnchorPoint = {
  moment: { blockNumber: 100n, timestamp: 2_000_000, parentBeaconRoot: rootOf(1) },
  header: { slot: 99, proposerIndex: 0, parentRoot: rootOf(2), stateRoot: rootOf(3), bodyRoot: rootOf(4) },
};

/** Clients without a cap. */
export const uncapped = {
  clientCapBps: 10_000,
  clientCapFloorGwei: 0n,
  clients: { totalGwei: 0n, executionGwei: new Map<string, bigint>(), consensusGwei: new Map<string, bigint>() },
};

/** An active operator with a bond of 100 ETH and nothing on it. */
export function operator(operatorId: number, changes: Partial<PoolOperator> = {}): PoolOperator {
  return {
    operatorId,
    name: `Operator ${operatorId}`,
    owner: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    paymentAddress: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    clientPair: "GELS",
    status: "active",
    bondShares: wei(100),
    lockedShares: 0n,
    fundedGwei: 0n,
    unprovenCount: 0,
    strikeHistory: 0,
    withdrawalShares: 0n,
    withdrawalAt: 0,
    freeBondWei: wei(100),
    requiredBondWei: 0n,
    exitDeadlinePassed: false,
    ...changes,
  };
}

/** An active validator of operator 1 with 32 ETH. */
export function validator(n: number, changes: Partial<PoolValidator> = {}): PoolValidator {
  return {
    pubkey: keyOf(n),
    pubkeyRoot: rootOf(n),
    operatorId: 1,
    status: "active",
    depositedGwei: eth(32),
    requestedAt: 0,
    partialGwei: 0n,
    ...changes,
  };
}

/** What the contracts say when no report has come for some frames, and five ether may be finalised without one. */
export const STALE_ANSWERS = {
  "distribution.parameters": {
    operatorFeeBps: 500,
    maxYearlyGrowthBps: 1_000,
    maxLossBps: 500,
    claimDelaySeconds: 0,
    maxCoverBps: 0,
    staleFrames: 3,
    staleHaircutBps: 500,
    staleDailyWei: wei(5),
  },
  "distribution.lastRefSlot": 63n,
  "distribution.slotsPerFrame": 64n,
  "distribution.genesisTime": 1_000_000n,
  "distribution.secondsPerSlot": 12n,
  "distribution.lastCutoffTimestamp": 1_000_700n,
  "distribution.finalizeStale": [wei(2), wei(3)],
  "queue.parameters": { minDelaySeconds: 86_400, minRequestWei: wei(1), maxRequestWei: wei(1_000) },
  "pool.bufferedWei": wei(50),
  "pool.totalShares": wei(100),
};
