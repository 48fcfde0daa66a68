/** In the order in which one run takes them: what a job changes, the next ones see. */
export const JOB_NAMES = ["settle", "stale", "witness", "prove", "fund", "deposit", "exit"] as const;
export type JobName = (typeof JOB_NAMES)[number];
