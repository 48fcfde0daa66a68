import type { Health } from "../runtime/health-server.ts";
import type { KeeperStatus } from "./status.ts";

/** A keeper whose runs lead to nothing for so long is not in order. */
const MAX_SILENCE_SECONDS = 900;
/** Nor is one of whose jobs fails for so long: what passes by itself has passed. */
const MAX_FAILING_SECONDS = 3_600;

/** Whether a keeper does its work. One that another replica leads does. */
export function healthOf({ lastRunAt, startedAt, lastProblem, failing }: KeeperStatus, nowSeconds: number): Health {
  const silence = nowSeconds - (lastRunAt ?? startedAt);
  const silent = silence > MAX_SILENCE_SECONDS;
  const problems = [
    ...(silent ? [`no run for ${Math.round(silence)} s`] : []),
    ...(silent && lastProblem ? [`${lastProblem.code}: ${lastProblem.message}`] : []),
    ...[...failing]
      .filter(([, { since }]) => nowSeconds - since > MAX_FAILING_SECONDS)
      .map(([job, { error }]) => `${job} fails for more than an hour: ${error.code}: ${error.message}`),
  ];
  return { ok: problems.length === 0, problems };
}
