import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { getStorageUpgradeReport, withValidationDefaults, type StorageLayout } from "@openzeppelin/upgrades-core";

import { UPGRADEABLE, type Layouts } from "./layouts.ts";

/** Where the layouts of the last release are, one file a contract. */
export const RECORDS = "deploy/layouts";

/** The layouts that were recorded. */
export function readRecords(root: string): Layouts {
  return Object.fromEntries(UPGRADEABLE.map((name) => [name, readRecord(root, name)]));
}

/** Records these layouts as those of a release. */
export function writeRecords(root: string, layouts: Layouts): void {
  mkdirSync(join(root, RECORDS), { recursive: true });
  for (const [name, layout] of Object.entries(layouts))
    writeFileSync(join(root, RECORDS, `${name}.json`), `${JSON.stringify(layout, null, 2)}\n`);
}

/** What of a layout no longer stands where it was, in words; nothing when it was only added to. */
export function movesBetween(recorded: StorageLayout, now: StorageLayout): string {
  return getStorageUpgradeReport(recorded, now, withValidationDefaults({ kind: "uups" })).explain(false);
}

function readRecord(root: string, name: string): StorageLayout {
  return JSON.parse(readFileSync(join(root, RECORDS, `${name}.json`), "utf8"));
}
