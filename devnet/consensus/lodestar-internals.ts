// Parts of Lodestar that its packages do not export. Everything that reaches into them is here, by path.
export { SyncState } from "../../node_modules/@lodestar/beacon-node/lib/sync/interface.js";
export { Clock } from "../../node_modules/@lodestar/beacon-node/lib/util/clock.js";
export { defaultChainOptions } from "../../node_modules/@lodestar/beacon-node/lib/chain/options.js";
export { prepareExecutionPayload } from "../../node_modules/@lodestar/beacon-node/lib/chain/produceBlock/produceBlockBody.js";
export { initializeExecutionEngine } from "../../node_modules/@lodestar/beacon-node/lib/execution/engine/index.js";
export type { IExecutionEngine } from "../../node_modules/@lodestar/beacon-node/lib/execution/engine/interface.js";
export { ForkchoiceCaller } from "../../node_modules/@lodestar/beacon-node/lib/chain/forkChoice/index.js";
export { RegenCaller } from "../../node_modules/@lodestar/beacon-node/lib/chain/regen/index.js";
export { initializeProposerLookahead } from "../../node_modules/@lodestar/state-transition/lib/util/fulu.js";
export type { INetwork } from "../../node_modules/@lodestar/beacon-node/lib/network/interface.js";
export type { IBeaconSync } from "../../node_modules/@lodestar/beacon-node/lib/sync/interface.js";
