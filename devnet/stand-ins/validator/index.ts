// Stand-in for @lodestar/validator. The beacon node reads only these constants from it; the devnet's own
// validator client is in devnet/validator and talks to the node over the public Beacon API.

/** Called by the beacon node when it cannot go on; the reason is shown to the user. */
export type ProcessShutdownCallback = (error: Error) => void;

/** A boost of 2^64 - 1 means "always the builder"; the node compares requests with it. */
export const MAX_BUILDER_BOOST_FACTOR = 2n ** 64n - 1n;

/** Defaults of the validator client that the beacon node falls back to. Blocks are always built by our own execution client. */
export const defaultOptions = {
  suggestedFeeRecipient: "0x0000000000000000000000000000000000000000",
  defaultGasLimit: 60_000_000,
  builderSelection: "executiononly",
  builderAliasSelection: "default",
  builderBoostFactor: 100n,
  broadcastValidation: "gossip",
};
