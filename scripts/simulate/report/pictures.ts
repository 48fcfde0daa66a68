import type { SimulationResult } from "../run.ts";
import type { DayRecord } from "../ledger/day.ts";
import { SLOTS_PER_DAY } from "../plan/days.ts";
import { drawChart } from "./chart.ts";

/** The pictures of a run, by the name of their file. */
export function picturesOf({ days, queue, plan }: SimulationResult): Record<string, string> {
  const curve = (name: string, of: (day: DayRecord) => number) => ({
    name,
    points: days.map((day) => ({ x: day.day, y: of(day) })),
  });
  const ether = (gwei: bigint) => Number(gwei) / 1e9;
  const kinds = [...new Set(plan.faults.map(({ kind }) => kind))];
  const perDay = (day: number) =>
    plan.faults.filter((fault) => Math.floor(fault.slot / SLOTS_PER_DAY) + 1 === day).length;
  return {
    "rate.svg": drawChart({
      title: "Rate",
      unit: "ETH a share",
      series: [curve("rate", ({ rateRay }) => Number(rateRay) / 1e27)],
    }),
    "ether.svg": drawChart({
      title: "Ether of the pool",
      unit: "ETH",
      series: [
        curve("pooled", ({ pooledGwei }) => ether(pooledGwei)),
        curve("buffered", ({ bufferedGwei }) => ether(bufferedGwei)),
        curve("queued", ({ queuedGwei }) => ether(queuedGwei)),
      ],
    }),
    "queue.svg": drawChart({
      title: "From request to claimable",
      unit: "days",
      dots: true,
      series: [
        {
          name: "took",
          points: queue.flatMap(({ requestedDay, claimableDay }) =>
            claimableDay === undefined ? [] : [{ x: requestedDay, y: claimableDay - requestedDay }],
          ),
        },
        {
          name: "expected",
          points: queue.flatMap(({ requestedDay, expectedDay }) =>
            expectedDay === undefined ? [] : [{ x: requestedDay, y: expectedDay - requestedDay }],
          ),
        },
      ],
    }),
    "uptime.svg": drawChart({
      title: "Uptime",
      unit: "part of the day",
      series: [
        curve("slots with a block", ({ blocks }) => blocks),
        curve("programs", ({ programsUp }) => programsUp),
        curve("nodes", ({ nodesUp }) => nodesUp),
      ],
    }),
    "finality.svg": drawChart({
      title: "Epochs since the last final one",
      unit: "epochs",
      series: [curve("epochs", ({ epochsSinceFinal }) => epochsSinceFinal)],
    }),
    "base-fee.svg": drawChart({
      title: "Base fee",
      unit: "gwei",
      series: [curve("base fee", ({ baseFeeWei }) => Number(baseFeeWei) / 1e9)],
    }),
    "validators.svg": drawChart({
      title: "Validators of the pool at work",
      unit: "validators",
      series: [curve("validators", ({ validators }) => validators)],
    }),
    "faults.svg": drawChart({
      title: `Faults that begin a day, of ${kinds.length} kinds`,
      unit: "faults",
      series: [curve("faults", ({ day }) => perDay(day))],
    }),
    "frames.svg": drawChart({
      title: "Frames settled and days passed",
      unit: "frames",
      series: [curve("settled", ({ settledFrames }) => settledFrames), curve("days", ({ day }) => day)],
    }),
  };
}
