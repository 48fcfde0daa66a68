// Run as a process of its own, for Lodestar's types keep the preset that they are imported with. Slashes a validator in a
// state of the real client, lets epochs pass, and prints what the validator was worth by our projection and what it has
// at last.
import { ForkSeq } from "@lodestar/params";
import { createCachedBeaconState, createPubkeyCache, processSlots, syncPubkeys } from "@lodestar/state-transition";
import type { CachedBeaconStateFulu } from "@lodestar/state-transition";
import { slashValidator } from "../../../node_modules/@lodestar/state-transition/lib/block/slashValidator.js";

import { createDevnetConfig } from "../../../devnet/consensus/chain-config.ts";
import { createGenesis } from "../../../devnet/consensus/genesis-state.ts";
import { penaltiesAheadGwei } from "../../../oracle/decide/penalties.ts";

const SLOTS_PER_EPOCH = 8;
const VALIDATORS = 64;
const SLASHED = [5, 6, 7];
const ALL_FLAGS = 0b111;

const zeroHash = `0x${"00".repeat(32)}`;
const { state: genesis, config } = createGenesis(createDevnetConfig(12), {
  validatorCount: VALIDATORS,
  genesisTime: 0,
  executionHeader: {
    hash: zeroHash,
    stateRoot: zeroHash,
    receiptsRoot: zeroHash,
    gasLimit: "0x1c9c380",
    baseFeePerGas: "0x7",
  },
});
const pubkeyCache = createPubkeyCache();
syncPubkeys(pubkeyCache, genesis.validators.getAllReadonlyValues());
let state = createCachedBeaconState(
  genesis,
  { config, pubkeyCache },
  { skipSyncPubkeys: true },
) as CachedBeaconStateFulu;

/** To the last slot of the next epoch, with all attesting but the slashed. */
function passEpoch(): void {
  for (let index = 0; index < VALIDATORS; index++)
    if (!SLASHED.includes(index)) {
      state.previousEpochParticipation.set(index, ALL_FLAGS);
      state.currentEpochParticipation.set(index, ALL_FLAGS);
    }
  state = processSlots(state, state.slot + SLOTS_PER_EPOCH) as CachedBeaconStateFulu;
}

function record(index: number) {
  const { effectiveBalance, withdrawableEpoch } = state.validators.getReadonly(index);
  return { effectiveBalanceGwei: BigInt(effectiveBalance), withdrawableEpoch };
}

function project(index: number): string {
  state.commit();
  const slashingsGwei = state.slashings.getAll().map(BigInt);
  const epoch = state.epochCtx.epoch;
  const active = state.validators
    .getAllReadonlyValues()
    .filter((v) => v.activationEpoch <= epoch && epoch < v.exitEpoch);
  const totalActiveBalanceGwei = active.reduce((sum, v) => sum + BigInt(v.effectiveBalance), 0n);
  const slashedLeaving = active
    .filter((v) => v.slashed)
    .map((v) => ({ exitEpoch: v.exitEpoch, effectiveBalanceGwei: BigInt(v.effectiveBalance) }));
  const basis = { epoch, slashingsGwei, totalActiveBalanceGwei, slashedLeaving };
  const aheadGwei = penaltiesAheadGwei(record(index), basis);
  return String(BigInt(state.balances.get(index)) - aheadGwei);
}

state = processSlots(state, SLOTS_PER_EPOCH - 1) as CachedBeaconStateFulu;
for (let epoch = 0; epoch < 4; epoch++) passEpoch();
for (const index of SLASHED) slashValidator(ForkSeq.fulu, state, index);
const [subject = 0] = SLASHED;
const slashedAt = state.epochCtx.epoch;
const { withdrawableEpoch } = record(subject);
const projected: string[] = [];
while (state.epochCtx.epoch < withdrawableEpoch) {
  projected.push(project(subject));
  passEpoch();
}
const actual = String(state.balances.get(subject));
process.stdout.write(JSON.stringify({ slashedAt, withdrawableEpoch, projected, actual }));
