/** Lines of a file that can run, and how many did. */
export type FileCoverage = { file: string; lines: number; hit: number; missed: number[] };

/** Reads the lines of an lcov file, for the files whose path begins so. */
export function readLcov(text: string, under: string): FileCoverage[] {
  return text
    .split("end_of_record")
    .map((record) => {
      const file = /^SF:(.*)$/m.exec(record)?.[1] ?? "";
      const counts = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, hits]) => [Number(line), Number(hits)]);
      const missed = counts.filter(([, hits]) => hits === 0).map(([line = 0]) => line);
      return { file, lines: counts.length, hit: counts.length - missed.length, missed };
    })
    .filter(({ file, lines }) => file.startsWith(under) && lines > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** All files together. */
export function totalOf(files: readonly FileCoverage[]): FileCoverage {
  const sum = (field: "lines" | "hit") => files.reduce((all, one) => all + one[field], 0);
  return { file: "all", lines: sum("lines"), hit: sum("hit"), missed: [] };
}

/** Lines that ran of those that can, in percent. Nothing that can run is nothing that did. */
export function percentOf({ lines, hit }: FileCoverage): number {
  return lines === 0 ? 0 : (hit * 100) / lines;
}

/** A line a file, with the lines that did not run, and one for all. */
export function coverageTable(files: readonly FileCoverage[]): string {
  return [...files, totalOf(files)]
    .map((one) => {
      const counts = `${one.hit}/${one.lines}`.padStart(11);
      return `${one.file.padEnd(48)}${counts}${percentOf(one).toFixed(1).padStart(8)} %  ${one.missed.join(" ")}`.trimEnd();
    })
    .join("\n");
}
