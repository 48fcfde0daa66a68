import { cpus } from "node:os";

import type { DepositFigures } from "./measure.ts";

/** Set for 1,000 keys on two cores. */
const GOALS = { count: 1_000, cores: 2, totalSeconds: 6, pbkdf2Seconds: 22, scryptOverBare: 1.1 };
/** ethstaker-deposit-cli, as measured by others: a pbkdf2 key on one core, and 1,000 on 16 threads. */
const PEER = { secondsPerKeyAndCore: 0.96, secondsFor1000On16Threads: 270 };

/** The figures beside the goals and the usual tool. */
export function tableOf(figures: DepositFigures, load: number): string {
  const { count, cores, deriveSeconds, signSeconds, verifySeconds, totalSeconds, pbkdf2Seconds } = figures;
  const { pbkdf2SecondsPerKey, barePbkdf2SecondsPerKey, scryptSecondsPerKey, bareScryptSecondsPerKey } = figures;
  const perKey = (secondsPerKey: number) => [
    seconds((secondsPerKey * count) / cores),
    `${(secondsPerKey * 1_000).toFixed(0)} ms`,
  ];
  const share = (ours: number, bare: number) => `is ${((ours / bare) * 100).toFixed(1)} %`;
  const each = (seconds: number) => `${((seconds * cores * 1_000) / count).toFixed(2)} ms`;
  const goal = (seconds: number) => (cores === GOALS.cores ? `${((seconds * count) / GOALS.count).toFixed(1)} s` : "");
  const rows = [
    ["step", `${count} keys, ${cores} threads`, "a key, one thread", "goal"],
    ["derive (with starting threads)", seconds(deriveSeconds), each(deriveSeconds), ""],
    ["sign", seconds(signSeconds), each(signSeconds), ""],
    ["verify", seconds(verifySeconds), each(verifySeconds), ""],
    ["derive, sign, verify", seconds(totalSeconds), each(totalSeconds), goal(GOALS.totalSeconds)],
    ["keystores, pbkdf2", seconds(pbkdf2Seconds), each(pbkdf2Seconds), goal(GOALS.pbkdf2Seconds)],
    ["keystores, pbkdf2 (best of 5 rounds)", ...perKey(pbkdf2SecondsPerKey), "as pbkdf2 alone"],
    ["pbkdf2 alone", ...perKey(barePbkdf2SecondsPerKey), share(pbkdf2SecondsPerKey, barePbkdf2SecondsPerKey)],
    [
      "keystores, scrypt (best of 5 rounds)",
      ...perKey(scryptSecondsPerKey),
      `${(GOALS.scryptOverBare * 100).toFixed(0)} % of bare`,
    ],
    ["scrypt alone", ...perKey(bareScryptSecondsPerKey), share(scryptSecondsPerKey, bareScryptSecondsPerKey)],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const ourKeySeconds = ((totalSeconds + pbkdf2Seconds) * cores) / count;
  return [
    ...lines,
    "",
    `ethstaker-deposit-cli: ${PEER.secondsPerKeyAndCore} s for a pbkdf2 key on one core (ours ${ourKeySeconds.toFixed(3)} s, ` +
      `${(PEER.secondsPerKeyAndCore / ourKeySeconds).toFixed(0)} times faster); ${PEER.secondsFor1000On16Threads} s for 1,000 on 16 threads`,
    `${cpus()[0]?.model ?? "?"}, Node ${process.version}, load before the start ${load.toFixed(2)}`,
    ...(load > 0.5 ? ["Other programs were running: measure again when they are not"] : []),
  ].join("\n");
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
