/**
 * For fast-check: a few histories every time, many with ETHSTAKE_FUZZ_RUNS. A history costs a tenth of a second, so the
 * first counterexample ends the run; ETHSTAKE_FUZZ_SHRINK=1 and the seed that it prints look for a shorter one.
 */
export const FUZZ = {
  numRuns: Number(process.env["ETHSTAKE_FUZZ_RUNS"] ?? 60),
  endOnFailure: process.env["ETHSTAKE_FUZZ_SHRINK"] === undefined,
};

/** For mocha, in milliseconds: ten times what a history takes. */
export const FUZZ_TIMEOUT = Math.max(FUZZ.numRuns, 600) * 1_000;
