import type { Hex } from "viem";

import { hashReport } from "../../../chain/report/encoding.ts";
import type { OracleContext } from "../../../oracle/connect.ts";
import { agreeOn } from "../../../oracle/decide/agree.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { FIRST_REF_SLOT } from "../world/execution.ts";

/** The hash of the report on which an oracle would vote; throws what keeps it from that. */
export async function voteOf({ chain }: OracleContext, refSlot: number): Promise<Hex> {
  await chain.progress();
  const readings = await chain.readings(refSlot, { settled: undefined, lastRefSlot: FIRST_REF_SLOT });
  const views = readings.map(({ snapshot, ...reading }) => ({ ...reading, built: buildReport(snapshot) }));
  return hashReport(agreeOn(views, { singleNode: false }).report);
}
