import { etherToGwei, WEI_PER_ETHER } from "../../chain/units.ts";
import { mainnet } from "./mainnet.ts";
import type { ProtocolParameters } from "./types.ts";

const HOUR = 3_600;

/** Hoodi rehearses mainnet: its numbers, except where a rehearsal cannot wait or ether is scarce. */
export const hoodi: ProtocolParameters = {
  ...mainnet,
  network: "hoodi",

  beacon: {
    ...mainnet.beacon,
    // https://github.com/eth-clients/hoodi/blob/main/metadata/config.yaml: Electra at epoch 2048.
    containerSlot: 2_048n * mainnet.beacon.slotsPerEpoch,
    // November 2027; Gloas is not scheduled here either.
    progressiveSlot: 7_000_000n,
    closingSlot: 7_000_000n,
  },

  frame: {
    // A day as on mainnet: finality, queues and keepers are tried under the real rhythm.
    slotsPerFrame: mainnet.frame.slotsPerFrame,
    // Two days instead of 28: a breach, its appeal and its burn can be watched within a week.
    framesPerPeriod: 2n,
  },

  pool: {
    ...mainnet.pool,
    // Test ether is scarce: five compounding validators are enough to see every path.
    stakeCapWei: 10_000n * WEI_PER_ETHER,
    stakeAllowanceWei: 5_000n * WEI_PER_ETHER,
    // Rehearsals pause over weekends.
    maxReportAgeSeconds: 7 * 24 * HOUR,
  },

  registry: {
    ...mainnet.registry,
    // All that there may be: rehearsals begin with two operators.
    clientCapFloorGwei: etherToGwei(10_000n),
    // Keys can be tried an hour after they were made.
    minBatchAgeSeconds: HOUR,
    // Half of the shorter period.
    appealWindowSeconds: 24 * HOUR,
    // Period, appeal window and a frame, as on mainnet.
    bondExitDelaySeconds: (48 + 24 + 24) * HOUR,
    exitDeadlineSeconds: 24 * HOUR,
  },

  manager: {
    ...mainnet.manager,
    // Rehearsals begin with two operators.
    maxOperatorShareBps: 6_000,
  },

  delays: {
    // The way of mainnet, through the same contracts, in a morning.
    timelockSeconds: HOUR,
    roleSeconds: {
      ADMIN: 2 * HOUR,
      UPGRADES: 2 * HOUR,
      PARAMETERS: HOUR,
      COMMITTEE: HOUR,
      APPEALS: HOUR,
      REVIEW: HOUR,
      UNPAUSE: 0,
      GUARDIAN: 0,
    },
  },
};
