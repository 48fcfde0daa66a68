import { readFile } from "node:fs/promises";

import { parseDecision, type Decision } from "../../deploy/administration/decision.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { Session } from "../session.ts";

/** Reads a decision file; refuses that of another chain. */
export async function readDecision(path: string, { deployment }: Session): Promise<Decision> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError(
      "DECISION_INVALID",
      `Name the file that "ethstake admin decide" wrote: cannot read ${path}`,
      {
        cause,
      },
    );
  });
  const decision = parseDecision(text, path);
  if (decision.chainId === deployment.chainId) return decision;
  throw new EthStakeError("WRONG_CHAIN", `Use the decision with its own network: ${path} is of ${decision.network}`);
}
