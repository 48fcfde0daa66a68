import { stringifyJson } from "../../runtime/json.ts";
import type { Report } from "./report.ts";

/** One field in two reports. */
export type Difference = { ours: unknown; theirs: unknown };

/** The fields in which two reports differ, with both values. */
export function reportDifferences(ours: Report, theirs: Report): Record<string, Difference> {
  const fields = Object.keys(ours) as (keyof Report)[];
  return Object.fromEntries(
    fields
      .filter((field) => stringifyJson(ours[field]) !== stringifyJson(theirs[field]))
      .map((field) => [field, { ours: ours[field], theirs: theirs[field] }]),
  );
}
