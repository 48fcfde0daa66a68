import { etherToGwei, WEI_PER_ETHER, WEI_PER_GWEI } from "../../chain/units.ts";
import type { ProtocolParameters } from "./types.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SLOTS_PER_EPOCH = 32n;
/** https://github.com/ethereum/consensus-specs/blob/master/configs/mainnet.yaml */
const ELECTRA_EPOCH = 364_032n;
/**
 * October 2027. Gloas changes the layout of states and is not scheduled: before it comes, or at this slot at the latest,
 * the administrator names contracts that know more.
 */
const CLOSING_SLOT = 18_000_000n;

/** First step of the capped rollout, in dollars, and the price of an ether that it is counted with. */
const FIRST_CAP_USD = 100_000_000n;
const USD_PER_ETHER = 4_000n;

const SLA_PERIOD_DAYS = 28;
const APPEAL_WINDOW_DAYS = 7;

/** Numbers for Ethereum mainnet. docs/deployment.md explains how to change one. */
export const mainnet: ProtocolParameters = {
  network: "mainnet",

  // Enough that nobody can bend the rate of an empty pool by rounding or gifts, and cheap for a protocol.
  initialLockedWei: WEI_PER_ETHER,

  beacon: {
    slotsPerEpoch: SLOTS_PER_EPOCH,
    // https://github.com/ethereum/consensus-specs/blob/master/configs/mainnet.yaml
    shardCommitteePeriod: 256n,
    containerSlot: ELECTRA_EPOCH * SLOTS_PER_EPOCH,
    progressiveSlot: CLOSING_SLOT,
    closingSlot: CLOSING_SLOT,
  },

  frame: {
    // 225 epochs of 32 slots are 24 h: stakers see their rate move once a day.
    slotsPerFrame: 225n * SLOTS_PER_EPOCH,
    // One missed attestation a day is already 0.444 %, so 99.7 % can only be judged over long: 28 days allow 18 misses.
    framesPerPeriod: BigInt(SLA_PERIOD_DAYS),
  },

  pool: {
    // 25,000 ETH. The steps after it ($500M, $1B) are decisions of the administrator; check the price before launch.
    stakeCapWei: (FIRST_CAP_USD / USD_PER_ETHER) * WEI_PER_ETHER,
    // A tenth of the cap: whoever profits from a wrong rate can dilute the pool by 10 % at most until the next report.
    stakeAllowanceWei: 2_500n * WEI_PER_ETHER,
    // A report a day; two may fail in a row before staking stops. Rewards of three days move the rate by 0.03 %.
    maxReportAgeSeconds: 3 * DAY,
  },

  queue: {
    // The least of "1 to 7 days": a loss known when a request is made is in the report that finalises it.
    minDelaySeconds: DAY,
    // Below this the gas of a claim (about 100,000 gas, 0.001 ETH at 10 gwei) eats a tenth of the request.
    minRequestWei: WEI_PER_ETHER / 100n,
    // Half of a compounding validator: whoever wants more makes several requests, and others can come in between.
    maxRequestWei: 1_000n * WEI_PER_ETHER,
  },

  registry: {
    // A front-run deposit gains the attacker the 1 ETH that the bond returns to stakers; this makes it a loss.
    faultPenaltyWei: WEI_PER_ETHER / 2n,
    // Bond is held as shares: a loss of 5 % (maxLossBps) takes 0.075 ETH off the 1.5 ETH that a predeposit needs.
    bondMarginWei: WEI_PER_ETHER / 10n,
    // 1.28 ETH for each 32: more than a hundred times what a slashing costs at first (1/4096 of the balance), and about
    // what community operators of the largest protocol post (1.3 ETH for a validator).
    bondRateBps: 400,
    // A third of the pool may fail together with a client: what the chain itself survives.
    clientCapBps: 3_300,
    // A third of the first cap (25,000 ETH), so that the first operators need not run four clients of each layer.
    clientCapFloorGwei: etherToGwei(8_250n),
    // Longer than a reveal can wait in a mempool (three hours): a thief who reads it has no commitment old enough.
    minBatchAgeSeconds: 6 * HOUR,
    // Time to notice a wrong breach, argue, and release it through the appeals role with its day of delay.
    appealWindowSeconds: APPEAL_WINDOW_DAYS * DAY,
    // Bond stays until the period that covers the request was judged and could be appealed against, and a frame more.
    bondExitDelaySeconds: (SLA_PERIOD_DAYS + APPEAL_WINDOW_DAYS + 1) * DAY,
    // A deactivated operator has a week to exit its validators in an order of its own choice.
    exitDeadlineSeconds: 7 * DAY,
    // An ether earns about 3 % a year, 365 gwei an epoch: a missed duty is paid back with a tenth on top.
    downtimePenaltyWeiPerEthEpoch: 400n * WEI_PER_GWEI,
    // Three months of being offline cost a third of the bond, then the strikes end it.
    maxDowntimeLockBps: 1_000,
    // A tenth of all bonds at the first cap (25,000 ETH at 4 %): a wrong report of breaches cannot empty them.
    maxPeriodLockWei: 100n * WEI_PER_ETHER,
    // Three bad months out of 32 are no accident.
    strikesToDeactivate: 3,
    // On top of what was stolen. Ten average block rewards: who steals must not win when one in ten is not seen.
    theftPenaltyWei: WEI_PER_ETHER,
  },

  manager: {
    // 64 ETH that earn nothing yet, a quarter of a percent of the cap; opens up to 64 * 2016 ETH of room.
    maxStock: 64,
    // So that no operator takes the whole stock.
    maxStockPerOperator: 16,
    // At least five operators share the pool once it is large.
    maxOperatorShareBps: 2_000,
    // A keeper needs minutes; the ring of EIP-4788 ends at 27 h, and what is older than an hour may have changed.
    maxProofAgeSeconds: HOUR,
    // Each partial withdrawal takes a place in a queue of the chain and blocks a full exit until it is paid.
    minPartialGwei: etherToGwei(1),
    // Two frames: the report that shows whether the exit began has been settled by then.
    exitRetrySeconds: 2 * DAY,
    // What 36 days of missed attestations cost (0.2 %), and a correlation penalty when 0.6 % of all ether is slashed
    // within them. Half of the bond for a validator.
    slashedLockBps: 200,
    // One validator, filled: an operator whose turn it is waits for no second one.
    turnGwei: etherToGwei(2_016),
  },

  distribution: {
    // The product: operators are paid 5 % of rewards.
    operatorFeeBps: 500,
    // Staking pays 3 to 4 % a year, blocks of luck come on top: 34 ETH a day at the first cap. A wrong report can
    // lift the rate by 0.14 % at most.
    maxYearlyGrowthBps: 5_000,
    // Slashing every validator of the largest operator (20 %) costs 0.005 % at once; a correlated disaster is looked
    // at by people before it is booked.
    maxLossBps: 500,
    // Time to stop a wrong root. Less than a frame, or the next report would replace it before anyone could claim.
    claimDelaySeconds: 12 * HOUR,
    // Half of the cover fund for the losses of one report: the next one finds something left.
    maxCoverBps: 5_000,
    // A week: as long as a pause can last, and longer than any lack of finality so far but one.
    staleFrames: 7,
    // What one report may lose at the most: who leaves without one does not leave better than with one.
    staleHaircutBps: 500,
    // A tenth of the first cap: nobody empties the buffer while nobody can say what the pool is worth.
    staleDailyWei: 2_500n * WEI_PER_ETHER,
  },

  delays: {
    // The base of every decision of the administrator: two days in which the guardian can cancel it.
    timelockSeconds: 2 * DAY,
    roleSeconds: {
      // Roles and delays themselves: seven days in all, the time in which a staker can leave.
      ADMIN: 5 * DAY,
      // New code: seven days in all, for the same reason.
      UPGRADES: 5 * DAY,
      // Numbers within hard bounds of the contracts: three days in all.
      PARAMETERS: DAY,
      // A committee can move the rate within the bounds: three days in all, as long as staking stays open without one.
      COMMITTEE: DAY,
      // Within the appeal window of seven days, and seen by the guardian before it counts.
      APPEALS: DAY,
      // Staking stands still meanwhile; long enough that the guardian sees what is going to be confirmed.
      REVIEW: 4 * HOUR,
      // Early or late, a pause ends; whoever ends it early only gives back what everybody has.
      UNPAUSE: 0,
      // A pause or a lock that comes late is worth nothing; both end by themselves or can be undone.
      GUARDIAN: 0,
    },
  },
};
