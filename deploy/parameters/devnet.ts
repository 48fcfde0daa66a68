import { etherToGwei, WEI_PER_ETHER, WEI_PER_GWEI } from "../../chain/units.ts";
import type { ProtocolParameters } from "./types.ts";

const SLOTS_PER_EPOCH = 8;
const EPOCHS_PER_FRAME = 8;
const FRAMES_PER_PERIOD = 2;
const HOUR = 3_600;

/**
 * Numbers for the network on one machine: the whole life of the protocol in a few hundred slots. Times are told in slots
 * and epochs, because a live devnet has slots of one or two seconds and a virtual one has slots of twelve.
 */
export function devnet(secondsPerSlot = 12): ProtocolParameters {
  const slots = (count: number) => count * secondsPerSlot;
  const epochs = (count: number) => slots(count * SLOTS_PER_EPOCH);
  const frames = (count: number) => epochs(count * EPOCHS_PER_FRAME);
  // One frame, so that a lock of one report is burned by the next but one; ten minutes are the hard bound.
  const appealWindowSeconds = Math.max(frames(1), 600);

  return {
    network: "devnet",

    // As on mainnet.
    initialLockedWei: WEI_PER_ETHER,

    beacon: {
      slotsPerEpoch: BigInt(SLOTS_PER_EPOCH),
      // devnet/consensus/chain-config.ts
      shardCommitteePeriod: 1n,
      // Fulu from the first slot to the last.
      containerSlot: 0n,
      progressiveSlot: 2n ** 64n - 1n,
      closingSlot: 2n ** 64n - 1n,
    },

    frame: {
      // 8 epochs: a state is finalised 3 epochs after its slot, so every report has 5 epochs of room. 768 s at 12 s.
      slotsPerFrame: BigInt(EPOCHS_PER_FRAME * SLOTS_PER_EPOCH),
      // The shortest period that is more than a frame, so that periods and frames are not taken for each other.
      framesPerPeriod: BigInt(FRAMES_PER_PERIOD),
    },

    pool: {
      // Out of the way of anything that a tester does with a million ether an account.
      stakeCapWei: 100_000n * WEI_PER_ETHER,
      stakeAllowanceWei: 100_000n * WEI_PER_ETHER,
      // Ten frames: the oracle may be switched off for a while and stakers can still come. An hour is the hard bound.
      maxReportAgeSeconds: Math.max(frames(10), HOUR),
    },

    queue: {
      // Half a frame: a request of the first half is finalised by the report after next at the latest.
      minDelaySeconds: frames(1) / 2,
      minRequestWei: WEI_PER_ETHER / 100n,
      // As on mainnet.
      maxRequestWei: 1_000n * WEI_PER_ETHER,
    },

    registry: {
      // As on mainnet: 1.6 ETH of bond for each validator before its proof.
      faultPenaltyWei: WEI_PER_ETHER / 2n,
      bondMarginWei: WEI_PER_ETHER / 10n,
      // As on mainnet: a bond of 16 ETH carries 300 ETH and two predeposits.
      bondRateBps: 400,
      // As on mainnet, and asleep: two operators cannot run four clients of each layer.
      clientCapBps: 3_300,
      clientCapFloorGwei: etherToGwei(100_000n),
      // Five slots: visibly not at once.
      minBatchAgeSeconds: slots(5),
      appealWindowSeconds,
      // Period, appeal window and a frame, as on mainnet.
      bondExitDelaySeconds: frames(FRAMES_PER_PERIOD + 1) + appealWindowSeconds,
      exitDeadlineSeconds: frames(1),
      // Rewards are high here (see maxYearlyGrowthBps): an ether earns 45,000 gwei an epoch. About four times that, so
      // that 100 ETH offline for a period of 16 epochs lock some tenths of an ether.
      downtimePenaltyWeiPerEthEpoch: 200_000n * WEI_PER_GWEI,
      // 1.6 ETH of a bond of 16.
      maxDowntimeLockBps: 1_000,
      // Two operators never come near it, so that what is seen is the operator's own cap.
      maxPeriodLockWei: 100n * WEI_PER_ETHER,
      // As on mainnet.
      strikesToDeactivate: 3,
      // As on mainnet.
      theftPenaltyWei: WEI_PER_ETHER,
    },

    manager: {
      // Enough for every key batch of a test.
      maxStock: 64,
      maxStockPerOperator: 32,
      // One operator alone must be able to take everything.
      maxOperatorShareBps: 10_000,
      // As on mainnet; 300 slots here.
      maxProofAgeSeconds: HOUR,
      // As on mainnet.
      minPartialGwei: etherToGwei(1),
      // Four epochs: an exit that was accepted shows in a finalised state by then.
      exitRetrySeconds: epochs(4),
      // As on mainnet.
      slashedLockBps: 200,
      turnGwei: etherToGwei(2_016),
    },

    distribution: {
      // The product: 5 %.
      operatorFeeBps: 500,
      // 100-fold a year, the hard bound. A validator's base reward is 64 gwei * balance / sqrt(total stake in gwei), so it
      // falls with the square root of what the whole network stakes: 64 validators (2048 ETH) earn 45,000 gwei per ether
      // and epoch, about 15-fold a year at 96 s an epoch and 90-fold at 16 s; tips come on top while the pool is small.
      maxYearlyGrowthBps: 1_000_000,
      // As on mainnet. One frame offline in a leak costs far less.
      maxLossBps: 500,
      // Less than half a frame, as the next report would replace the root.
      claimDelaySeconds: Math.floor(frames(1) * 0.4),
      // As on mainnet.
      maxCoverBps: 5_000,
      // Long before the rate is too old to stake, so that both can be watched.
      staleFrames: 4,
      // As on mainnet.
      staleHaircutBps: 500,
      // Out of the way.
      staleDailyWei: 10_000n * WEI_PER_ETHER,
    },

    delays: {
      // Five slots each, so that a change through the timelock takes ten: visibly not at once.
      timelockSeconds: slots(5),
      roleSeconds: {
        ADMIN: slots(5),
        UPGRADES: slots(5),
        PARAMETERS: slots(5),
        COMMITTEE: slots(5),
        APPEALS: slots(5),
        REVIEW: slots(5),
        UNPAUSE: 0,
        GUARDIAN: 0,
      },
    },
  };
}
