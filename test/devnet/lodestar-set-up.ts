// Import this before anything that loads Lodestar: a process has one preset for its whole life, and the tests that
// share this process use the devnet's. Later, the native hasher could not be set any more.
process.env.LODESTAR_PRESET ??= "minimal";
await import("../../devnet/consensus/hasher.ts");
