import type { OnProgress, Progress } from "../../deposits/run/progress.ts";
import type { Globals } from "../globals.ts";
import type { CliIo } from "../io.ts";

const EVERY_MS = 200;

/** Shows how far a run is, in one line that is written over; nothing for programs. */
export function showProgress({ stderr }: Pick<CliIo, "stderr">, { json }: Pick<Globals, "json">): OnProgress {
  let lastMs = 0;
  if (json) return () => undefined;
  return (progress) => {
    const ended = progress.done === progress.total;
    if (!ended && performance.now() - lastMs < EVERY_MS) return;
    lastMs = performance.now();
    stderr.write(`\r${lineOf(progress)}${ended ? "\n" : ""}`);
  };
}

function lineOf({ step, done, total, perSecond, secondsLeft }: Progress): string {
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
  return `${step} ${done}/${total}, ${rate} a second, ${duration(secondsLeft)} left`.padEnd(60);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
