import { agreeOn } from "../decide/agree.ts";
import { buildReport, type BuiltReport } from "../decide/build-report.ts";
import type { Snapshot } from "../decide/snapshot.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { OracleContext } from "../connect.ts";
import type { SettledReport } from "../read/protocol-events.ts";

/** The report of a frame, and all that it was made of. */
export type PastReport = BuiltReport & { snapshot: Snapshot; sources: string[] };

/** Builds the report of the frame that ends with a slot, as if the report before it had been settled last. */
export async function buildPastReport(
  { chain, sources, grid }: Pick<OracleContext, "chain" | "sources" | "grid">,
  refSlot: number,
): Promise<PastReport> {
  if ((refSlot + 1) % grid.slotsPerFrame !== 0)
    throw new EthStakeError(
      "SLOT_OFF_GRID",
      `Give the last slot of a frame, for instance ${Math.floor(refSlot / grid.slotsPerFrame) * grid.slotsPerFrame + grid.slotsPerFrame - 1}`,
      { details: { refSlot, slotsPerFrame: grid.slotsPerFrame } },
    );
  const progress = await chain.progress();
  if (refSlot > progress.finalizedSlot)
    throw new EthStakeError("FRAME_NOT_FINAL", `Wait until slot ${refSlot} is final: ${progress.finalizedSlot} is`, {
      details: { refSlot, finalizedSlot: progress.finalizedSlot },
      retryable: true,
    });
  const reports = await settledReports({ sources });
  const settled = reports.findLast(({ report }) => Number(report.refSlot) < refSlot);
  const known = reports.find(({ report }) => Number(report.refSlot) === refSlot);
  const lastRefSlot = Number(known?.report.previousRefSlot ?? settled?.report.refSlot ?? progress.lastRefSlot);
  const readings = await chain.readings(refSlot, { settled, lastRefSlot });
  const views = readings.map(({ snapshot, ...reading }) => ({ ...reading, built: buildReport(snapshot) }));
  // Whoever asks decides whom to believe; nothing is signed here. What differs is an error all the same.
  const built = agreeOn(views, { singleNode: true });
  const [first] = readings;
  if (first === undefined) throw new EthStakeError("AGREEMENT_MISSING", "Start a node: none could be read");
  return { ...built, snapshot: first.snapshot, sources: readings.map(({ source }) => source) };
}

/** All reports that were settled in final blocks, the oldest first. */
export async function settledReports({ sources }: Pick<OracleContext, "sources">): Promise<readonly SettledReport[]> {
  const [view] = await sources.ready();
  const block = await view.protocol.client.getBlock({ blockTag: "finalized" });
  return (await view.events(Number(block.number))).reports;
}

/** The settled report of a frame, with the one before it. */
export async function findSettled(
  context: Pick<OracleContext, "sources">,
  refSlot: number,
): Promise<{ settled: SettledReport; before: SettledReport | undefined }> {
  const reports = await settledReports(context);
  const at = reports.findIndex(({ report }) => Number(report.refSlot) === refSlot);
  const settled = reports[at];
  if (settled !== undefined) return { settled, before: reports[at - 1] };
  throw new EthStakeError("NOT_SETTLED", `Choose a settled frame: no final block settles slot ${refSlot}`, {
    details: { refSlot, settled: reports.slice(-10).map(({ report }) => report.refSlot) },
  });
}
