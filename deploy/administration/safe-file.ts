import { stringifyJson } from "../../runtime/json.ts";
import type { Decision } from "./decision.ts";
import type { Step } from "./steps.ts";

/** Name of the file of a step, as it sorts. */
export function safeFileName(index: number, { name, by }: Step): string {
  return `${index + 1}-${name}-${by}.json`;
}

/** A step as the Transaction Builder of Safe{Wallet} reads it: owners load the file and sign there. */
export function safeFileText({ sentence, chainId }: Decision, { name, by, calls }: Step): string {
  const meta = { name: `ethSTAKE: ${name} ${sentence}`, description: `To be signed by the ${by}'s owners` };
  const transactions = calls.map(({ to, data }) => ({
    to,
    value: "0",
    data,
    contractMethod: null,
    contractInputsValues: null,
  }));
  return `${stringifyJson({ version: "1.0", chainId: String(chainId), meta, transactions }, 2)}\n`;
}
