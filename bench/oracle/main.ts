// npm run bench -- oracle [--validators 1000000] [--pool 33000] [--json]
// From the SSZ bytes of a state of mainnet's preset to the hash of a report. Each way runs in a process of its own, so that
// its peak memory is its own; the files are made by another one before.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import type { Measured, Mode } from "./measure.ts";

type Result = {
  validators: number;
  pool: number;
  seconds: number;
  peakMiB: number;
  verified: { seconds: number; peakMiB: number };
  json: { seconds: number; peakMiB: number };
  floor: { readSeconds: number; hashSeconds: number };
};

const TABLE = [10_000, 100_000, 1_000_000];

/** Measures one size, or without `--validators` a table of three. */
export async function run(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      validators: { type: "string" },
      pool: { type: "string", default: "33000" },
      json: { type: "boolean", default: false },
    },
  });
  const sizes = values.validators === undefined && !values.json ? TABLE : [Number(values.validators ?? TABLE.at(-1))];
  const results = sizes.map((validators) => measureSize(validators, Math.min(Number(values.pool), validators)));
  const text = values.json ? JSON.stringify(results[0]) : tableOf(results);
  process.stdout.write(`${text}\n`);
}

function measureSize(validators: number, pool: number): Result {
  const folder = mkdtempSync(join(tmpdir(), "bench-oracle-"));
  try {
    child("make-files.ts", [String(validators), folder]);
    const measure = (mode: Mode): Measured =>
      JSON.parse(child("measure.ts", [mode, String(validators), String(pool), folder])) as Measured;
    const plain = measure("ssz");
    const verified = measure("verified");
    const json = measure("json");
    const hashes = new Set([plain, verified, json].map(({ reportHash }) => reportHash));
    if (hashes.size !== 1) throw new Error(`The ways give different reports: ${[...hashes].join(", ")}`);
    return {
      validators,
      pool,
      ...figures(plain),
      verified: figures(verified),
      json: figures(json),
      floor: { readSeconds: measure("read").seconds, hashSeconds: measure("hash").seconds },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function child(file: string, args: string[]): string {
  // The plain JSON way needs more than the default heap; the others are not helped by it.
  const heap = file === "measure.ts" && args[0] === "json" ? ["--max-old-space-size=12000"] : [];
  return execFileSync(process.execPath, [...heap, join(import.meta.dirname, file), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function figures({ seconds, peakMiB }: Measured): { seconds: number; peakMiB: number } {
  return { seconds, peakMiB };
}

function tableOf(results: readonly Result[]): string {
  const cell = ({ seconds, peakMiB }: { seconds: number; peakMiB: number }) =>
    `${seconds.toFixed(2)} s ${String(peakMiB).padStart(5)} MiB`;
  const rows = results.map((result) => [
    String(result.validators),
    String(result.pool),
    cell(result),
    cell(result.verified),
    cell(result.json),
    `${result.floor.readSeconds.toFixed(2)} s`,
    `${result.floor.hashSeconds.toFixed(2)} s`,
  ]);
  const head = ["validators", "pool", "from SSZ", "and verified", "plain JSON", "read once", "hash once"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows].map((row) => row.map((text, i) => text.padStart(widths[i] ?? 0)).join("  ")).join("\n");
}
