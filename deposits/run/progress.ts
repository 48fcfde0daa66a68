import type { Clock } from "../../runtime/clock.ts";

export const STEPS = ["derive", "sign", "keystore", "verify"] as const;
export type Step = (typeof STEPS)[number];

/** How far a step is, how fast it goes, and when it will be done. */
export type Progress = { step: Step; done: number; total: number; perSecond: number; secondsLeft: number };
export type OnProgress = (progress: Progress) => void;

/** Counts the parts of a step; call it with how many are done. */
export function createMeter(step: Step, total: number, clock: Clock, onProgress: OnProgress): (done: number) => void {
  const startedAt = clock.now();
  return (done) => {
    const seconds = Math.max(clock.now() - startedAt, 1e-3);
    const perSecond = done / seconds;
    onProgress({ step, done, total, perSecond, secondsLeft: perSecond > 0 ? (total - done) / perSecond : 0 });
  };
}
