import { proveTwoProposals } from "../beacon-pool.ts";
import { confirmHeldReport } from "../actors/administrator.ts";
import { stake, withdraw } from "../actors/stakers.ts";
import { activeKeys } from "../own-validators.ts";
import { personAt, stakers } from "../people.ts";
import { SLOTS_PER_DAY } from "../plan/days.ts";
import type { World } from "../world.ts";
import type { Facts } from "./facts.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { ether, everyRequestPaid, onlyOperatorsPunished, settledThrough, settlements, unless } from "./verdicts.ts";

const DAYS = 10;
const OPERATOR = 1;
/** When all that was topped up before the first day is at work. */
const SLASHED_AT = 50;
/** Of the minimal preset: the penalty for slashings that go together comes half of these epochs later. */
const PENALTY_AT = SLASHED_AT + 32 * 8;
const COVER_WEI = 10n * 10n ** 18n;
const MAX_COVER_BPS = 5_000n;
const BPS = 10_000n;
/** What is lost later is at most this part of what was named. */
const LATER_PART = 100n;
const HELD = "stake while a report is held";
const AFTER = "stake after the review";

const [giver, leaver, latecomer] = [personAt(stakers, 5), personAt(stakers, 6), personAt(stakers, 10)];

/** Somebody stands in for losses with shares of their own. */
async function fillCover({ stage, sender }: World): Promise<void> {
  const { address, abi } = stage.protocol.token;
  const { coverFund } = stage.deployment.contracts;
  if (coverFund === undefined) throw new Error("The deployment has no cover fund");
  await sender.send(giver, "give-cover", { address, abi, functionName: "transfer", args: [coverFund, COVER_WEI] });
}

/** All of an operator's validators sign two blocks of one slot. */
async function slashAll(world: World): Promise<void> {
  const own = (await activeKeys(world)).filter(({ operatorId }) => operatorId === OPERATOR);
  if (own.length < 2) throw new Error(`Operator ${OPERATOR} has ${own.length} validators at work: too few`);
  world.marks.set("slashed", BigInt(own.length));
  // A block of a slashed proposer is not valid: its owner switches it off.
  await world.outages.begin(
    "slashed",
    own.map(({ pubkey }) => pubkey),
  );
  for (const { secretKey, record } of own) await proveTwoProposals(world.stage, { index: record.index, secretKey });
}

/** Reviews the report that will be held, while the days go on. */
function reviewWhenHeld(world: World): Promise<void> {
  void confirmHeldReport(world, () => stake(world, latecomer, 10n ** 18n, HELD)).then(
    () => stake(world, latecomer, 10n ** 18n, AFTER),
    (error: unknown) => world.notes.push(`the review failed: ${String(error)}`),
  );
  return Promise.resolve();
}

const proven: Expectation = {
  what: "every slashing is proven to the contracts once, and halts the operator once",
  judge: ({ manager, registry, marks }) => {
    const shown = manager.filter((event) => event.eventName === "SlashingProven");
    const halted = registry.filter((event) => event.eventName === "OperatorHalted");
    const wanted = Number(marks.get("slashed") ?? 0n);
    const roots = new Set(shown.map(({ args }) => args.pubkeyRoot));
    const held = wanted > 0 && shown.length === wanted && roots.size === wanted && halted.length === 1;
    return { held, detail: `${wanted} slashed, ${shown.length} proven, from slot ${shown[0]?.slot} on` };
  },
};

const heldForReview: Expectation = {
  what: "the loss is above the bound: the report is held, nothing is staked or deposited until it is confirmed, and then again",
  judge: (facts) => {
    const held = facts.distribution.filter((event) => event.eventName === "ReportHeld");
    const [first] = held;
    const settled = lossOf(facts);
    if (first === undefined || settled === undefined)
      return { held: false, detail: `held ${held.length} times, not settled` };
    const meanwhile = facts.manager.filter(
      ({ eventName, slot }) =>
        (eventName === "Predeposited" || eventName === "Funded") && slot > first.slot && slot < settled.slot,
    );
    const stakes = facts.outcomes.get(HELD);
    const after = facts.outcomes.get(AFTER);
    return unless(
      [
        ...(held.length === 1 ? [] : [`held ${held.length} times`]),
        ...(settled.slot > first.slot ? [] : ["it was settled before"]),
        ...meanwhile.map(({ eventName, slot }) => `${eventName} at slot ${slot}`),
        ...(stakes?.done === 0 && stakes.refused.has("ActionPaused") ? [] : ["a stake was taken meanwhile"]),
        ...(after?.done === 1 ? [] : ["no stake was taken afterwards"]),
      ],
      `${ether(first.args.lossWei)} ETH lost, bound ${ether(first.args.maxWei)}; held at slot ${first.slot}, settled at ${settled.slot}`,
    );
  },
};

const inOrder: Expectation = {
  what: "the loss takes the whole bond first, then what the cover fund may give, and only the rest lowers the rate",
  judge: (facts) => {
    const settled = lossOf(facts);
    const drawn = facts.registry.find((event) => event.eventName === "LossDrawn")?.args;
    const cover = facts.distribution.find((event) => event.eventName === "CoverUsed")?.args;
    if (settled === undefined || drawn === undefined || cover === undefined) return { held: false, detail: "no loss" };
    const bond = facts.operators.find(({ operatorId }) => operatorId === OPERATOR)?.bondShares ?? -1n;
    const { burnedShares, rewardsWei } = settled.args.settlement;
    return unless(
      [
        ...(bond === 0n ? [] : [`${bond} shares of bond are left`]),
        ...(drawn.lossShares === drawn.takenShares + drawn.owedShares ? [] : ["bond and debt are not the loss"]),
        ...(cover.missingShares === drawn.owedShares ? [] : ["the cover fund was asked for something else"]),
        ...(cover.coverShares === (COVER_WEI * MAX_COVER_BPS) / BPS ? [] : [`cover gave ${cover.coverShares}`]),
        ...(burnedShares === drawn.takenShares + cover.coverShares ? [] : [`${burnedShares} shares were burned`]),
        ...(rewardsWei < 0n ? [] : ["no loss was settled"]),
      ],
      `of ${ether(drawn.lossShares)} shares ${ether(drawn.takenShares)} from the bond, ${ether(cover.coverShares)} from the cover fund`,
    );
  },
};

const onceOnly: Expectation = {
  what: "nothing is counted twice: one named loss, next to none later, and none when the chain takes the penalty that was foreseen",
  judge: (facts) => {
    const losses = facts.distribution.filter((event) => event.eventName === "LossCovered");
    const namedWei = losses[0]?.args.lossWei ?? 0n;
    const later = settlements(facts).filter(
      ({ args: { settlement, report } }) => settlement.rewardsWei < 0n && report.losses.length === 0,
    );
    const laterWei = later.reduce((sum, { args }) => sum - args.settlement.rewardsWei, 0n);
    const afterPenalty = later.filter(({ args }) => Number(args.refSlot) - facts.firstSlot >= PENALTY_AT);
    const judged = Number(settlements(facts).at(-1)?.args.refSlot ?? 0n) - facts.firstSlot;
    return unless(
      [
        ...(losses.length === 1 ? [] : [`${losses.length} losses were named`]),
        ...(laterWei * LATER_PART <= namedWei ? [] : [`${ether(laterWei)} ETH were lost later`]),
        ...afterPenalty.map(({ slot }) => `a loss at slot ${slot}, after the penalty`),
        ...(judged > PENALTY_AT ? [] : [`the last frame ends at slot ${judged}, before the penalty`]),
        ...penaltyTaken(facts),
      ],
      `${ether(namedWei)} ETH named, ${ether(laterWei)} in ${later.length} settlements before the penalty at slot ${PENALTY_AT}, none after it`,
    );
  },
};

/** What the chain has taken must be most of what was named, or nothing was put to the test. */
function penaltyTaken({ records, manager, distribution }: Facts): string[] {
  const slashed = records.filter(({ validator }) => validator.slashed);
  const roots = new Set(
    manager.flatMap((event) => (event.eventName === "SlashingProven" ? [event.args.pubkeyRoot] : [])),
  );
  const funded = manager.flatMap((event) =>
    event.eventName === "Funded" && roots.has(event.args.pubkeyRoot) ? [event.args.amountGwei] : [],
  );
  const lostGwei =
    funded.reduce((sum, gwei) => sum + gwei, 0n) - slashed.reduce((sum, { balanceGwei }) => sum + balanceGwei, 0n);
  const named = distribution.find((event) => event.eventName === "LossCovered")?.args.lossWei ?? 0n;
  return lostGwei * 10n ** 9n * 2n > named ? [] : [`the chain took ${lostGwei} gwei only`];
}

const lossShared: Expectation = {
  what: "the rate falls, never again after the penalty, and who asked for ether before the report shares the loss",
  judge: ({ days, requests, firstSlot }) => {
    const falls = days.filter(({ rateRay }, i) => i > 0 && rateRay < (days[i - 1]?.rateRay ?? 0n));
    const sums = { asked: 0n, paid: 0n };
    for (const event of requests)
      if (event.eventName === "WithdrawalRequested") sums.asked += event.args.amountWei;
      else if (event.eventName === "StretchFinalized") sums.paid += event.args.amountWei;
    const rates = days.map(({ rateRay }) => (Number(rateRay) / 1e27).toFixed(4)).join(" ");
    return unless(
      [
        ...(falls.length > 0 ? [] : ["the rate did not fall"]),
        ...falls.flatMap(({ day, refSlot }) => (refSlot - firstSlot < PENALTY_AT ? [] : [`it fell on day ${day}`])),
        ...(sums.paid > 0n && sums.paid < sums.asked ? [] : [`${ether(sums.paid)} of ${ether(sums.asked)} ETH paid`]),
      ],
      `${rates}; ${ether(sums.asked)} ETH asked for, ${ether(sums.paid)} paid`,
    );
  },
};

function lossOf(facts: Facts) {
  return settlements(facts).find(({ args }) => args.report.losses.length > 0);
}

/** An operator loses everything that it runs at once. */
export const massSlashing: Scenario = {
  name: "mass-slashing",
  about: "All validators of one operator are slashed at once; the loss is above the bound of a report and is reviewed.",
  days: DAYS,
  // So many that the penalty for slashings that go together is a fifth of what is slashed.
  setting: { network: { validatorCount: 112 } },
  steps: [
    { slot: 2, act: fillCover },
    { slot: SLASHED_AT, act: slashAll },
    { slot: SLASHED_AT + 2, act: (world) => withdraw(world, leaver, 0.2) },
    { slot: SLASHED_AT + 3, act: reviewWhenHeld },
  ],
  expectations: [
    proven,
    heldForReview,
    inOrder,
    onceOnly,
    lossShared,
    everyRequestPaid,
    onlyOperatorsPunished([OPERATOR]),
    settledThrough((DAYS - 2) * SLOTS_PER_DAY),
  ],
};
