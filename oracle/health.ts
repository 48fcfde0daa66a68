import type { Health } from "../runtime/health-server.ts";
import type { NodeStatus } from "./read/sources.ts";
import type { OracleStatus } from "./status.ts";

/** What is known of an oracle at one moment. */
export type OracleLook = { status: OracleStatus; nodes: readonly NodeStatus[]; gaps: number };

/** A member that got no step done for so long is not in order. */
const MAX_SILENCE_SECONDS = 900;

/** Whether a member does its work. Errors that pass by themselves count only when they last. */
export function healthOf({ status, nodes }: OracleLook, nowSeconds: number): Health {
  const { lastStepAt, startedAt, lastError } = status;
  const silence = nowSeconds - (lastStepAt ?? startedAt);
  const problems = [
    ...(silence > MAX_SILENCE_SECONDS ? [`no step succeeded for ${Math.round(silence)} s`] : []),
    ...(silence > MAX_SILENCE_SECONDS && lastError ? [`${lastError.code}: ${lastError.message}`] : []),
    ...(status.frame !== undefined && status.frame.disagreements > 0 ? ["another member signed another report"] : []),
    ...(nodes.length > 0 && !nodes.some(({ ok }) => ok) ? ["no node is in order"] : []),
  ];
  return { ok: problems.length === 0, problems };
}
