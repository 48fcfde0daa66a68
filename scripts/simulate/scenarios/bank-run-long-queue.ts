import { withdraw } from "../actors/stakers.ts";
import { stakers } from "../people.ts";
import { EPOCHS_PER_DAY, exitQueueOf, SECONDS_PER_DAY, SLOTS_PER_DAY } from "../plan/days.ts";
import type { World } from "../world.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { ether, everyRequestPaid, onlyOperatorsPunished, settledThrough, unless } from "./verdicts.ts";

const DAYS = 14;
/** Days until an exit at the least: 45 of mainnet, of which 4.5 are one here, so that a run takes minutes. */
const QUEUE_DAYS = 10;
const LEAVING = 10;
/** Of what each of them holds; bonds and the locked ether stay, and 30 % of the pool leaves. */
const PART = 0.345;
const LEAST_PART_BPS = 3_000n;
const BPS = 10_000n;
const RUN_ENDS_AT = SLOTS_PER_DAY;
const LOOK_AT = 2 * SLOTS_PER_DAY;
const FORECAST = "seconds at which the last ether leaves the beacon chain";
const GOAL_DAYS = 7;
/** A report comes most of a day after the end of its frame; the queue names that end. */
const MAX_ERROR_DAYS = 2;
const GWEI = 10n ** 9n;
/** The least that can be asked of a validator at once: what is ordered may exceed what is needed by that. */
const MIN_PARTIAL_WEI = 10n ** 18n;

/** Writes down when the chain itself says that the last of our ether leaves. */
async function noteForecast({ stage, marks }: World): Promise<void> {
  const { beacon, net } = stage;
  const waiting = await beacon.pendingPartialWithdrawals("head");
  const last = Math.max(0, ...waiting.map(({ withdrawableEpoch }) => withdrawableEpoch));
  marks.set(FORECAST, BigInt(last * (SECONDS_PER_DAY / EPOCHS_PER_DAY)));
  stage.timeline.say(`${waiting.length} partial withdrawals wait, the last until epoch ${last}; now ${net.slot()}`);
}

const aThirdAsked: Expectation = {
  what: "at least 30 % of the pool is asked for in one day",
  judge: ({ requests, days }) => {
    const asked = sumOf(
      requests.flatMap((event) =>
        event.eventName === "WithdrawalRequested" && event.slot <= RUN_ENDS_AT ? [event.args.amountWei] : [],
      ),
    );
    const pooledWei = (days[0]?.pooledGwei ?? 0n) * GWEI;
    const held = pooledWei > 0n && asked * BPS >= pooledWei * LEAST_PART_BPS;
    return { held, detail: `${ether(asked)} of ${ether(pooledWei)} ETH` };
  },
};

const noSoonerThanTheQueue: Expectation = {
  what: "the last request waits for the network's exit queue, beyond the goal of seven days, and no longer",
  judge: ({ queue, marks, days }) => {
    const leaves = Number(marks.get(FORECAST) ?? 0n) / SECONDS_PER_DAY;
    const last = Math.max(...queue.map(({ claimableDay }) => claimableDay ?? Infinity));
    const took = last - Math.min(...queue.map(({ requestedDay }) => requestedDay));
    const late = last - leaves;
    const held = days.length > 0 && took > GOAL_DAYS && late >= 0 && late <= MAX_ERROR_DAYS + 1;
    return {
      held,
      detail: `${took.toFixed(1)} days; the chain let the last ether go on day ${leaves.toFixed(1)}, it was set aside ${late.toFixed(1)} days later`,
    };
  },
};

const predicted: Expectation = {
  what: "the day that queueStatus tells is right within two days, for every request that waited for exits",
  judge: ({ queue }) => {
    const told = queue.flatMap(({ expectedDay, claimableDay }) =>
      expectedDay === undefined || claimableDay === undefined ? [] : [claimableDay - expectedDay],
    );
    const worst = Math.max(0, ...told.map(Math.abs));
    const mean = told.length === 0 ? 0 : told.reduce((sum, error) => sum + error, 0) / told.length;
    return {
      held: told.length > 0 && worst <= MAX_ERROR_DAYS,
      detail: `told for ${told.length} of ${queue.length}; wrong by ${mean.toFixed(2)} days on average, ${worst.toFixed(2)} at the worst`,
    };
  },
};

const orderedOnce: Expectation = {
  what: "nothing is ordered twice: no more leaves the validators than was asked for",
  judge: ({ manager, requests }) => {
    const ordered = manager.flatMap((event) =>
      event.eventName === "PartialWithdrawalRequested"
        ? [event.args.amountGwei]
        : event.eventName === "ExitRequested"
          ? [event.args.balanceGwei]
          : [],
    );
    const asked = sumOf(
      requests.flatMap((event) => (event.eventName === "WithdrawalRequested" ? [event.args.amountWei] : [])),
    );
    const orderedWei = sumOf(ordered) * GWEI;
    const most = asked + BigInt(ordered.length) * MIN_PARTIAL_WEI;
    const held = ordered.length > 0 && orderedWei <= most;
    return { held, detail: `${ether(orderedWei)} ETH in ${ordered.length} orders, ${ether(asked)} asked for` };
  },
};

const nothingDeposited: Expectation = {
  what: "no ether is deposited while requests wait",
  judge: ({ manager, requests }) => {
    const paidAt = requests.findLast(({ eventName }) => eventName === "StretchFinalized")?.slot ?? 0;
    const deposits = manager.filter(
      ({ eventName, slot }) =>
        (eventName === "Funded" || eventName === "Predeposited") && slot > RUN_ENDS_AT && slot < paidAt,
    );
    return unless(
      deposits.map(({ eventName, slot }) => `${eventName} at slot ${slot}`),
      `from slot ${RUN_ENDS_AT} to ${paidAt}`,
    );
  },
};

const fair: Expectation = {
  what: "who leaves is paid what the shares were worth, and who stays has the rewards of the whole time",
  judge: ({ requests, days }) => {
    const sums = { asked: 0n, paid: 0n };
    for (const event of requests)
      if (event.eventName === "WithdrawalRequested") sums.asked += event.args.amountWei;
      else if (event.eventName === "StretchFinalized") sums.paid += event.args.amountWei;
    const falls = days.filter(({ rateRay }, i) => i > 0 && rateRay < (days[i - 1]?.rateRay ?? 0n));
    const [first, last] = [days[0]?.rateRay ?? 0n, days.at(-1)?.rateRay ?? 0n];
    const missingWei = sums.asked - sums.paid;
    return unless(
      [
        // Rounding, in the pool's favour.
        ...(missingWei >= 0n && missingWei < 1_000n ? [] : [`${missingWei} wei were not paid`]),
        ...falls.map(({ day }) => `the rate fell on day ${day}`),
        ...(last > first ? [] : ["the rate did not grow"]),
      ],
      `${ether(sums.paid)} ETH paid, rate from ${rate(first)} to ${rate(last)}`,
    );
  },
};

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function rate(ray: bigint): string {
  return (Number(ray) / 1e27).toFixed(6);
}

/** A third of the pool wants to leave while the whole network does. */
export const bankRunLongQueue: Scenario = {
  name: "bank-run-long-queue",
  about: "30 % of the pool is asked for in one day while the network's exit queue is long past the goal.",
  days: DAYS,
  setting: { network: { exitQueueUntilEpoch: exitQueueOf(QUEUE_DAYS) } },
  steps: [
    ...stakers.slice(0, LEAVING).map((who, i) => ({
      slot: 2 + 3 * i,
      act: (world: World) => withdraw(world, who, PART),
    })),
    { slot: LOOK_AT, act: noteForecast },
  ],
  expectations: [
    aThirdAsked,
    noSoonerThanTheQueue,
    predicted,
    orderedOnce,
    nothingDeposited,
    fair,
    everyRequestPaid,
    onlyOperatorsPunished([]),
    settledThrough((DAYS - 2) * SLOTS_PER_DAY),
  ],
};
