import { EthStakeError } from "../../runtime/errors.ts";
import type { Breach } from "../../chain/report/report.ts";
import type { EpochResult, OperatorEpoch, Participation } from "./epoch-result.ts";
import { epochsOf, judgedEpochs, periodEpochs, periodsEnded } from "./frames.ts";
import { NETWORK_FLOOR_PPM, NETWORK_MARGIN_PPM, PPM, UPTIME_PPM } from "./rules.ts";
import type { FrameGrid, PreviousReport, Snapshot, ValidatorRecord } from "./snapshot.ts";

/** Breaches of the SLA periods that ended in the window, by period, then operator. */
export function breachesOf(snapshot: EndedPeriods): Breach[] {
  return endedPeriods(snapshot).flatMap(({ period, epochs }) => judgePeriod(period, epochs));
}

type EndedPeriods = Pick<Snapshot, "grid" | "refSlot" | "epochs"> & { previous: Pick<PreviousReport, "refSlot"> };

/** The SLA periods that ended in the window, with those of their epochs that are known. */
export function endedPeriods({ grid, previous, refSlot, epochs }: EndedPeriods) {
  const results = new Map(epochs.map((result) => [result.epoch, result]));
  return periodsEnded(grid, previous.refSlot, refSlot).map((period) => ({
    period,
    epochs: epochsOf(periodEpochs(grid, period)).flatMap((epoch) => results.get(epoch) ?? []),
  }));
}

/** What a period asked for, and what each operator did in it. */
export type PeriodResult = {
  thresholdPpm: bigint;
  /** Epochs that count: not those in which the whole network was in trouble. */
  counted: readonly EpochResult[];
  /** By operator, ascending. */
  operators: readonly (Participation & { operatorId: number })[];
};

/** Sums one period. */
export function sumPeriod(epochs: readonly EpochResult[]): PeriodResult {
  const counted = epochs.filter(
    ({ network }) => network.attestedGwei * PPM >= network.assignedGwei * NETWORK_FLOOR_PPM,
  );
  const thresholdPpm = thresholdOf(sum(counted.map(({ network }) => network)));
  const byOperator = groupBy(counted.flatMap(({ operators }) => operators));
  const operators = [...byOperator]
    .sort(([a], [b]) => a - b)
    .map(([operatorId, duties]) => ({ operatorId, ...sum(duties) }));
  return { thresholdPpm, counted, operators };
}

/** Judges one period: who stayed below the threshold. */
export function judgePeriod(period: number, epochs: readonly EpochResult[]): Breach[] {
  const { thresholdPpm, operators } = sumPeriod(epochs);
  return operators.flatMap(({ operatorId, assignedGwei, attestedGwei }) => {
    const missingPpm = assignedGwei * thresholdPpm - attestedGwei * PPM;
    if (missingPpm <= 0n) return [];
    const uptimePpm = Number((attestedGwei * PPM) / assignedGwei);
    const missedGweiEpochs = missingPpm / PPM;
    return [{ operatorId, period, uptimePpm, thresholdPpm: Number(thresholdPpm), missedGweiEpochs }];
  });
}

/** True when one of our validators was active in an epoch: the results of other epochs are not needed. */
export function isEpochNeeded(records: Iterable<ValidatorRecord>, credentials: string, epoch: number): boolean {
  for (const { withdrawalCredentials, activationEpoch, exitEpoch } of records)
    if (withdrawalCredentials === credentials && activationEpoch <= epoch && epoch < exitEpoch) return true;
  return false;
}

/** Epochs whose results a report is made of. */
export function neededEpochs(
  grid: FrameGrid,
  previousRefSlot: number,
  refSlot: number,
  records: readonly ValidatorRecord[],
  credentials: string,
): number[] {
  return judgedEpochs(grid, previousRefSlot, refSlot).filter((epoch) => isEpochNeeded(records, credentials, epoch));
}

/** Refuses a snapshot with a gap, and drops the epochs that are not needed, so that no machine's leftovers count. */
export function exactEpochs(snapshot: Snapshot): EpochResult[] {
  const { grid, previous, refSlot, validators, withdrawalCredentials } = snapshot;
  const records = validators.flatMap(({ record }) => record ?? []);
  const results = new Map(snapshot.epochs.map((result) => [result.epoch, result]));
  return neededEpochs(grid, previous.refSlot, refSlot, records, withdrawalCredentials).map((epoch) => {
    const result = results.get(epoch);
    if (result !== undefined) return result;
    throw new EthStakeError("EPOCH_MISSING", `Collect epoch ${epoch} first: a frame with a gap is not reported`, {
      details: { epoch, refSlot },
    });
  });
}

function thresholdOf({ assignedGwei, attestedGwei }: Participation): bigint {
  if (assignedGwei === 0n) return 0n;
  const allowedPpm = (attestedGwei * PPM) / assignedGwei - NETWORK_MARGIN_PPM;
  return allowedPpm < UPTIME_PPM ? allowedPpm : UPTIME_PPM;
}

function sum(parts: readonly Participation[]): Participation {
  return {
    assignedGwei: parts.reduce((total, part) => total + part.assignedGwei, 0n),
    attestedGwei: parts.reduce((total, part) => total + part.attestedGwei, 0n),
  };
}

function groupBy(operators: readonly OperatorEpoch[]): Map<number, OperatorEpoch[]> {
  const groups = new Map<number, OperatorEpoch[]>();
  for (const operator of operators) {
    const group = groups.get(operator.operatorId);
    if (group === undefined) groups.set(operator.operatorId, [operator]);
    else group.push(operator);
  }
  return groups;
}
