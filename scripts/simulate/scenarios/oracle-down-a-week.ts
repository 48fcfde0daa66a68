import { stake, withdraw } from "../actors/stakers.ts";
import { keeper, personAt, stakers } from "../people.ts";
import { SLOTS_PER_DAY } from "../plan/days.ts";
import type { Expectation, Scenario, Step } from "./scenario.ts";
import { ether, everyRequestPaid, onlyOperatorsPunished, settledThrough, settlements, unless } from "./verdicts.ts";

const DAYS = 13;
/** A frame that ends here is settled before the members go. */
const LAST_FRAME_END = 2 * SLOTS_PER_DAY;
const DOWN_AT = LAST_FRAME_END + 35;
const BACK_AT = DOWN_AT + 7 * SLOTS_PER_DAY;
/** As the devnet deploys it. */
const STALE_FRAMES = 4;
const STALE_AT = LAST_FRAME_END + STALE_FRAMES * SLOTS_PER_DAY;
const HAIRCUT_BPS = 500n;
const BPS = 10_000n;
/** Between two rates that rounding has moved apart. */
const ROUNDING_WEI = 10n ** 9n;
/** A day before the last frame's end and a little: eligible at its cut-off, too young for ether from validators to come. */
const ASKED_AT = LAST_FRAME_END - SLOTS_PER_DAY - 5;
const ASKED_LATER_AT = DOWN_AT + 55;
const SLOTS_TO_CATCH_UP = 80;

const WEI_PER_ETHER = 10n ** 18n;

const asks = (slot: number, staker: number, part: number): Step => ({
  slot,
  act: (world) => withdraw(world, personAt(stakers, staker), part),
});
const stakes = (slot: number, staker: number, etherAmount: bigint): Step => ({
  slot,
  act: (world) => stake(world, personAt(stakers, staker), etherAmount * WEI_PER_ETHER),
});

const nothingSettled: Expectation = {
  what: "nothing is settled while the members are gone",
  judge: (facts) => {
    const meanwhile = settlements(facts).filter(({ slot }) => slot > DOWN_AT + 1 && slot < BACK_AT);
    return unless(
      meanwhile.map(({ slot }) => `settled at slot ${slot}`),
      `down from slot ${DOWN_AT} to ${BACK_AT}`,
    );
  },
};

const finalizedStale: Expectation = {
  what: "the keeper pays the oldest requests from the buffer once reports are stale, at a lower rate",
  judge: (facts) => {
    const stale = facts.distribution.filter((event) => event.eventName === "StaleFinalized");
    const rate = settlements(facts)
      .filter(({ slot }) => slot < DOWN_AT + 1)
      .at(-1);
    if (rate === undefined || stale.length === 0) return { held: false, detail: "nothing was finalised" };
    const { pooledAfterWei, sharesAfter } = rate.args.settlement;
    const objections = stale.flatMap(({ slot, args: { shares, amountWei, caller } }) => [
      ...(slot < STALE_AT || slot > BACK_AT ? [`at slot ${slot}`] : []),
      ...(caller === keeper.address ? [] : [`by ${caller}`]),
      ...(amountWei > (shares * pooledAfterWei * (BPS - HAIRCUT_BPS)) / (sharesAfter * BPS) + ROUNDING_WEI
        ? ["above the haircut"]
        : []),
    ]);
    const paid = stale.map(({ slot, args }) => `${ether(args.amountWei)} ETH at slot ${slot}`);
    return unless(objections, paid.join(", "));
  },
};

const olderOnesPaid: Expectation = {
  what: "requests that were eligible at the last report are paid before the members are back, later ones are not",
  judge: (facts) => {
    const day = (slot: number) => (facts.firstSlot + slot) / SLOTS_PER_DAY;
    const [older, younger] = [true, false].map((isOlder) =>
      facts.requests.flatMap((event) =>
        event.eventName === "WithdrawalRequested" && event.slot < DOWN_AT === isOlder ? [event] : [],
      ),
    );
    // Tips have paid a little of them before.
    const shares = facts.requests.reduce(
      (most, event) => (event.eventName === "StretchFinalized" && event.slot < BACK_AT ? event.args.toShares : most),
      0n,
    );
    const wanted = (older ?? []).reduce((sum, { args }) => sum + args.shares, 0n);
    const tooEarly = (younger ?? []).filter(({ args }) => {
      const time = facts.queue.find(({ requestId }) => requestId === args.requestId);
      return time?.claimableDay !== undefined && time.claimableDay < day(BACK_AT);
    });
    return unless(
      [
        ...(shares === wanted ? [] : [`${shares} of ${wanted} shares were finalised`]),
        ...((younger ?? []).length === 0 ? ["nobody asked in between"] : []),
        ...tooEarly.map(({ args }) => `request ${args.requestId} was paid too early`),
      ],
      `${(older ?? []).length} paid, ${(younger ?? []).length} waited for a report`,
    );
  },
};

const oneReportForAll: Expectation = {
  what: "one report covers all missed frames",
  judge: (facts) => {
    const after = settlements(facts).find(({ slot }) => slot >= BACK_AT);
    if (after === undefined) return { held: false, detail: "no report came" };
    const from = Number(after.args.report.previousRefSlot) - facts.firstSlot;
    const to = Number(after.args.refSlot) - facts.firstSlot;
    const frames = (to - from) / SLOTS_PER_DAY;
    const held =
      from === LAST_FRAME_END && to >= BACK_AT - 2 * SLOTS_PER_DAY && after.slot - BACK_AT < SLOTS_TO_CATCH_UP;
    return { held, detail: `${frames} frames, from slot ${from} to ${to}, settled at slot ${after.slot}` };
  },
};

const rateGrew: Expectation = {
  what: "the rate has the rewards of the whole time",
  judge: ({ days }) => {
    const [before, after] = [days[2], days.at(-1)];
    if (before === undefined || after === undefined) return { held: false, detail: "too few days" };
    const held = after.rateRay > before.rateRay;
    return { held, detail: `${before.rateRay} before, ${after.rateRay} after` };
  },
};

/** Every member is gone for seven days. */
export const oracleDownAWeek: Scenario = {
  name: "oracle-down-a-week",
  about: "All oracle members are killed for seven days; the oldest requests are paid without a report.",
  days: DAYS,
  faults: [
    { kind: "missing-report", slot: DOWN_AT, endSlot: BACK_AT, who: 0, size: 0 },
    // The third one, which no quorum needs.
    { kind: "oracle-crash", slot: DOWN_AT, endSlot: BACK_AT, who: 0, size: 0 },
  ],
  steps: [
    asks(ASKED_AT, 9, 1),
    asks(ASKED_AT, 8, 0.5),
    stakes(DOWN_AT + 40, 10, 100n),
    stakes(DOWN_AT + 42, 11, 110n),
    asks(ASKED_LATER_AT, 7, 0.5),
  ],
  expectations: [
    nothingSettled,
    finalizedStale,
    olderOnesPaid,
    oneReportForAll,
    rateGrew,
    everyRequestPaid,
    onlyOperatorsPunished([]),
    settledThrough((DAYS - 3) * SLOTS_PER_DAY),
  ],
};
