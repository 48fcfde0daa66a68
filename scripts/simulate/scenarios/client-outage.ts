import type { PoolOperator } from "../../../chain/protocol/operators.ts";
import { etherToGwei } from "../../../chain/units.ts";
import { activeKeys } from "../own-validators.ts";
import { SLOTS_PER_DAY } from "../plan/days.ts";
import { interopKey, pubkeyOf } from "../validator-key.ts";
import type { World } from "../world.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { ether, onlyOperatorsPunished, settledThrough, unless } from "./verdicts.ts";

const DAYS = 7;
/** A client that one of our operators runs, and hardly anybody else: less than 5 % of the network. */
const SMALL = { client: "LH", operatorIds: [3], outsiders: 0, from: 0, until: SLOTS_PER_DAY };
/** One that two of ours run and many others: the network falls below 95 %. Whole epochs, since all of them are to be left out. */
const LARGE = {
  client: "TK",
  operatorIds: [2, 6],
  outsiders: 16,
  from: 3 * SLOTS_PER_DAY,
  until: 4 * SLOTS_PER_DAY,
};
/** The last epoch of a frame is judged with the next one, which may be of another period. */
const MOST_STRIKES = 2;
const CLIENT_CAP_BPS = 3_300n;
const BPS = 10_000n;
const FLOOR_GWEI = etherToGwei(200);
const UPTIME_PPM = 997_000;
const MARGIN_PPM = 3_000;
const EXCLUDED_BELOW_PPM = 950_000;

type Outage = typeof SMALL;

async function switchOff(world: World, { client, operatorIds, outsiders }: Outage): Promise<void> {
  const own = (await activeKeys(world)).filter(({ operatorId }) => operatorIds.includes(operatorId));
  if (own.length === 0) throw new Error(`Nobody runs ${client}`);
  const others = world.outsiders.slice(0, outsiders).map((index) => pubkeyOf(interopKey(index)));
  await world.outages.begin(client, [...own.map(({ pubkey }) => pubkey), ...others]);
}

const smallOnePunished: Expectation = {
  what: "the operator of the small client gets a strike in each period of its outage and a penalty, measured against the network less the margin",
  judge: ({ registry }) => {
    const strikes = registry.filter((event) => event.eventName === "DowntimeReported");
    const objections = strikes.flatMap(({ args: { operatorId, uptimePpm, thresholdPpm, penaltyWei } }) => [
      ...(SMALL.operatorIds.includes(operatorId) ? [] : [`operator ${operatorId}`]),
      ...(uptimePpm < thresholdPpm ? [] : [`${uptimePpm} ppm is no breach of ${thresholdPpm}`]),
      ...(thresholdPpm < UPTIME_PPM && thresholdPpm >= EXCLUDED_BELOW_PPM - MARGIN_PPM
        ? []
        : [`held to ${thresholdPpm} ppm`]),
      ...(penaltyWei > 0n ? [] : ["without a penalty"]),
    ]);
    const said = strikes.map(
      ({ args }) =>
        `operator ${args.operatorId}: ${args.uptimePpm} ppm, ${args.thresholdPpm} were due, ${ether(args.penaltyWei)} ETH`,
    );
    const periods = new Set(strikes.map(({ args }) => args.period));
    if (periods.size !== strikes.length || strikes.length < 1 || strikes.length > MOST_STRIKES)
      objections.push(`${strikes.length} strikes in ${periods.size} periods`);
    return unless(objections, said.join("; "));
  },
};

const largeOneExcused: Expectation = {
  what: "the large client takes the network below 95 %: its epochs count for nobody",
  judge: ({ registry, days, firstSlot }) => {
    const [before, meanwhile] = [
      days[Math.floor(LARGE.from / SLOTS_PER_DAY) - 1],
      days[Math.floor(LARGE.from / SLOTS_PER_DAY)],
    ];
    const blamed = registry.filter(
      (event) => event.eventName === "DowntimeReported" && LARGE.operatorIds.includes(event.args.operatorId),
    );
    const missed = (before?.blocks ?? 0) - (meanwhile?.blocks ?? 0);
    const judged = days.at(-1)?.refSlot ?? 0;
    return unless(
      [
        ...blamed.map(({ slot }) => `a strike at slot ${slot}`),
        ...(missed > 0 ? [] : ["no block was missed: nobody was off"]),
        // The period that the outage lies in must have been judged.
        ...(judged - firstSlot >= LARGE.until + SLOTS_PER_DAY ? [] : ["its period was not settled"]),
      ],
      `${((meanwhile?.blocks ?? 0) * 100).toFixed(0)} % of slots had a block, no strike`,
    );
  },
};

const capHeld: Expectation = {
  what: "no funding took a client above 33 % of the ether or the floor",
  judge: ({ manager, operators }) => {
    const pairOf = new Map(operators.map((operator: PoolOperator) => [operator.operatorId, operator.clientPair]));
    const byClient = new Map<string, bigint>();
    let totalGwei = 0n;
    const add = (operatorId: number, amountGwei: bigint) => {
      totalGwei += amountGwei;
      for (const client of clientsOf(pairOf.get(operatorId)))
        byClient.set(client, (byClient.get(client) ?? 0n) + amountGwei);
    };
    const over: string[] = [];
    for (const event of manager)
      // Ether that a proof adds comes before any cap: one for each validator.
      if (event.eventName === "CredentialsProven") add(event.args.operatorId, etherToGwei(1));
      else if (event.eventName === "Funded") {
        add(event.args.operatorId, event.args.amountGwei);
        for (const client of clientsOf(pairOf.get(event.args.operatorId))) {
          const haveGwei = byClient.get(client) ?? 0n;
          if (haveGwei > FLOOR_GWEI && haveGwei * BPS > totalGwei * CLIENT_CAP_BPS)
            over.push(`${client} had ${haveGwei} of ${totalGwei} gwei at slot ${event.slot}`);
        }
      }
    const parts = [...byClient].map(([client, gwei]) => `${client} ${percent(gwei, totalGwei)}`);
    return unless(over, parts.join(", "));
  },
};

function clientsOf(pair = ""): string[] {
  return [`execution ${pair.slice(0, 2)}`, `consensus ${pair.slice(2)}`];
}

function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? "nothing" : `${(Number((part * 1_000n) / whole) / 10).toFixed(1)} %`;
}

/** A client fails: first one that few run, then one that many run. */
export const clientOutage: Scenario = {
  name: "client-outage",
  about: "All validators on one client are off for a day: first a client that few run, then one that many run.",
  days: DAYS,
  setting: {
    operators: 6,
    // So many that one operator is less than a twentieth of them.
    network: { validatorCount: 112 },
    overrides: { registry: { clientCapBps: Number(CLIENT_CAP_BPS), clientCapFloorGwei: FLOOR_GWEI } },
  },
  steps: [SMALL, LARGE].flatMap((outage) => [
    { slot: outage.from, act: (world: World) => switchOff(world, outage) },
    { slot: outage.until, act: ({ outages }: World) => outages.end(outage.client) },
  ]),
  expectations: [
    smallOnePunished,
    largeOneExcused,
    capHeld,
    onlyOperatorsPunished(SMALL.operatorIds),
    settledThrough((DAYS - 2) * SLOTS_PER_DAY),
  ],
};
