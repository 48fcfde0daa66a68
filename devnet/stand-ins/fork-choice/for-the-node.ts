import { ZERO_HASH_HEX } from "@lodestar/params";
import type { RootHex } from "@lodestar/types";
import type { ForkChoice } from "./fork-choice.ts";
import type { ForkChoiceMetrics } from "./types.ts";

/** The "safe" block that the execution client is told of: the payload of the justified block. */
export function getSafeExecutionBlockHash(forkChoice: ForkChoice): RootHex {
  return forkChoice.getJustifiedBlock().executionPayloadBlockHash ?? ZERO_HASH_HEX;
}

/** The devnet serves no metrics of the fork choice. */
export function getForkChoiceMetrics(): { forkChoice: ForkChoiceMetrics } {
  return { forkChoice: {} };
}
