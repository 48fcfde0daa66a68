/** In the order in which one run takes them: what a job changes, the next ones see. */
export const JOB_NAMES = ["settle", "stale", "witness", "prove", "fund", "deposit", "exit", "claim"] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** What runs unless jobs are named. A keeper has no reason to pay for the claims of others. */
export const USUAL_JOBS: readonly JobName[] = JOB_NAMES.filter((name) => name !== "claim");
