import { readdirSync, readFileSync } from "node:fs";

/** What a run took of this machine. */
export type Usage = {
  seconds: number;
  slots: number;
  /** The most that all processes together held in memory, in bytes; 0 where the system does not tell. */
  peakBytes: number;
  peakBytesByProcess: Record<string, number>;
};

const LOOK_MS = 5_000;

/** Looks at the memory of this process and of those that it started, now and then. */
export function createMeter() {
  const startedAt = performance.now();
  const peaks = new Map<string, number>();
  let peakBytes = 0;
  const look = () => {
    const found = memoryOfFamily();
    peakBytes = Math.max(
      peakBytes,
      [...found.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
    for (const [name, bytes] of found) peaks.set(name, Math.max(peaks.get(name) ?? 0, bytes));
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    read: (slots: number): Usage => {
      look();
      const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
      return { seconds, slots, peakBytes, peakBytesByProcess: Object.fromEntries(peaks) };
    },
    stop: () => clearInterval(timer),
  };
}

/** By what each process runs; members of the oracle are added up. */
function memoryOfFamily(): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of familyOf(process.pid)) {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const name = pid === process.pid ? "simulation" : nameOf(words);
      found.set(name, (found.get(name) ?? 0) + pages * 4_096);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

function nameOf(words: readonly string[]): string {
  if (words.includes("oracle")) return "oracle members";
  if (words.includes("keeper")) return "keeper";
  return words.find((word) => /devnet\/(execution|consensus)/.test(word))?.match(/execution|consensus/)?.[0] ?? "other";
}

function familyOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(familyOf)];
  } catch {
    return [];
  }
}
