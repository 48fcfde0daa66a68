import { formatGwei, formatWei } from "../../chain/units.ts";
import type { Result } from "./result.ts";

/** The end of the main job, for people. */
export function summaryText(result: Result, seconds: number): string {
  return [
    section("Balance sheet, in ETH"),
    ...sheetLines(result),
    section("Rate, in ETH per share"),
    ...rateLines(result),
    section("Stakers, in ETH"),
    ...table(
      ["", "staked", "claimed", "held now", "gain"],
      result.stakers.map((s) => [s.name, eth(s.stakedWei), eth(s.claimedWei), eth(s.valueWei), eth(s.gainWei)]),
    ),
    section("Operators"),
    ...table(
      ["", "bonded ETH", "bond now ETH", "burned shares", "fee claimed, shares", "stakers' ETH at work"],
      result.operators.map((o) => [
        o.name,
        eth(o.bondedWei),
        eth(o.bondWei),
        eth(o.burnedShares),
        eth(o.claimedFeeShares),
        formatGwei(o.fundedGwei, 6),
      ]),
    ),
    section("Gas per operation"),
    ...table(
      ["", "calls", "least", "most"],
      Object.entries(result.gas).map(([name, { count, least, most }]) => [name, ...[count, least, most].map(String)]),
    ),
    section("Invariants"),
    ...result.invariants.map(
      ({ id, what, held, detail }) => `  ${held ? "held  " : "BROKEN"}  ${id}  ${what} (${detail})`,
    ),
    "",
    `${result.ok ? "Everything adds up" : "SOMETHING DOES NOT ADD UP"}: ${result.frames} frames settled, ${seconds.toFixed(1)} s`,
    "",
  ].join("\n");
}

/** The same for programs. */
export function summaryDocument(result: Result, seconds: number): Record<string, unknown> {
  const { books, stakers, operators, gas, invariants, frames, ok } = result;
  return {
    ok,
    seconds: Math.round(seconds * 10) / 10,
    frames,
    rateBefore: formatWei(result.rateBefore),
    rateAfter: formatWei(result.rateAfter),
    rateFromBeacon: formatWei(result.rateFromBeacon),
    balanceSheet: books.sheet,
    stakers,
    operators,
    gas,
    invariants: invariants.map(({ id, held, what, detail }) => ({ id, held, what, detail })),
  };
}

function sheetLines({ books: { sheet, payloads } }: Result): string[] {
  const lines = (side: typeof sheet.from) => side.map(({ name, amountWei }) => [`  ${name}`, wei(amountWei)]);
  const total = (side: typeof sheet.from) => wei(side.reduce((sum, { amountWei }) => sum + amountWei, 0n));
  return columns([
    ["Came from", ""],
    ...lines(sheet.from),
    ["  together", total(sheet.from)],
    ["Is now at", ""],
    ...lines(sheet.at),
    ["  together", total(sheet.at)],
    ["Difference", `${sheet.differenceWei} wei`],
    ["Consensus rewards, as the beacon chain says", wei(sheet.beaconRewardsWei)],
    ["Blocks that our validators proposed", String(payloads.proposals)],
  ]);
}

function rateLines({ rateBefore, rateAfter, rateFromBeacon, books: { rate } }: Result): string[] {
  return columns([
    ["before", wei(rateBefore)],
    ["after, as the contracts say", wei(rateAfter)],
    ["after, out of the beacon chain's own balances", wei(rateFromBeacon)],
    ["pooled ether, the one less the other", `${rate.pooledWei - rate.pooledFromBeaconWei} wei`],
  ]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const left = Math.max(...rows.map(([name = ""]) => name.length));
  const right = Math.max(...rows.map(([, value = ""]) => value.length));
  return rows.map(([name = "", value = ""]) => `  ${name.padEnd(left)}  ${value.padStart(right)}`.trimEnd());
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all.map((row) =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
}

function section(title: string): string {
  return `\n${title}`;
}

function eth(amountWei: bigint): string {
  return formatWei(amountWei, 6);
}

/** All 18 digits, so that points stand under each other. */
function wei(amountWei: bigint): string {
  return formatWei(amountWei, 18);
}
