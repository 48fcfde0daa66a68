// The rules of report version 3 (REPORT_VERSION). All members follow the same ones: changing a number here needs a new version.

/** Uptime that operators agree to, in parts per million. */
export const UPTIME_PPM = 997_000n;
/**
 * How far an operator may stay below the network, in parts per million: what UPTIME_PPM leaves of a perfect network. With
 * more, the agreed uptime could never be what counts.
 */
export const NETWORK_MARGIN_PPM = 3_000n;
/** An epoch in which the whole network was below this is nobody's fault, in parts per million. */
export const NETWORK_FLOOR_PPM = 950_000n;
/** Epochs after activation that are judged: a node may learn of its activation late. */
export const DUTY_GRACE_EPOCHS = 2;

export const PPM = 1_000_000n;

// Of the consensus specification, the same on every preset:
// https://github.com/ethereum/consensus-specs/blob/master/presets/mainnet/electra.yaml
export const MIN_ACTIVATION_BALANCE_GWEI = 32_000_000_000n;
export const MIN_SLASHING_PENALTY_QUOTIENT = 4_096n;
/** https://github.com/ethereum/consensus-specs/blob/master/specs/bellatrix/beacon-chain.md#updated-penalty-values */
export const PROPORTIONAL_SLASHING_MULTIPLIER = 3n;
/** https://github.com/ethereum/consensus-specs/blob/master/specs/altair/beacon-chain.md#incentivization-weights */
export const TIMELY_SOURCE_WEIGHT = 14n;
export const TIMELY_TARGET_WEIGHT = 26n;
export const WEIGHT_DENOMINATOR = 64n;
/** https://github.com/ethereum/consensus-specs/blob/master/presets/mainnet/phase0.yaml */
export const EFFECTIVE_BALANCE_INCREMENT_GWEI = 1_000_000_000n;
export const BASE_REWARD_FACTOR = 64n;
