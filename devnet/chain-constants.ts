import type { Hex } from "viem";

/** Any number that no public network uses. */
export const CHAIN_ID = 32382;

/** The address that Ethereum mainnet has; part of the consensus configuration as well. */
export const DEPOSIT_CONTRACT: Hex = "0x00000000219ab540356cBB839Cbe05303d7705Fa";

export const BLOCK_GAS_LIMIT = 60_000_000;

/** The minimal preset of the consensus specification. */
export const SLOTS_PER_EPOCH = 8;

/** Fee recipient of the validators that are there from the start. */
export const GENESIS_FEE_RECIPIENT: Hex = "0x00000000000000000000000000000000000000fe";

/** Virtual time begins here (2026-01-01T00:00:00Z) unless told otherwise: the same start, the same chain. */
export const VIRTUAL_GENESIS_TIME = 1_767_225_600;
