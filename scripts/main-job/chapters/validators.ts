import { readPoolValidators, type PoolValidator } from "../../../chain/protocol/validators.ts";
import { etherToGwei, WEI_PER_ETHER } from "../../../chain/units.ts";
import { advanceUntil, type Stage } from "../../network/stage.ts";
import { keep } from "./keepers.ts";

/** A keeper looks once an epoch. */
const KEEPER_EVERY_SLOTS = 8;
const ACTIVATION_GWEI = etherToGwei(32);

/** Predeposits, proofs, top-ups, until all ether that fits is on validators that attest. */
export async function startValidators(stage: Stage): Promise<void> {
  const { protocol, beacon, timeline } = stage;
  const { minBatchAgeSeconds } = await protocol.registry.read.parameters();
  const usableAt = stage.net.now() + minBatchAgeSeconds;
  await advanceUntil(stage, "the key batches may be opened", () => Promise.resolve(stage.net.now() >= usableAt));

  let nextLook = stage.net.slot();
  await advanceUntil(stage, "validators hold the stake and are active", async () => {
    if (stage.net.slot() < nextLook) return false;
    nextLook = stage.net.slot() + KEEPER_EVERY_SLOTS;
    await keep(stage, "deposit", "prove", "fund");
    const funded = (await poolValidators(stage)).filter(({ depositedGwei }) => depositedGwei >= ACTIVATION_GWEI);
    if (funded.length === 0 || (await protocol.pool.read.depositableWei()) >= 32n * WEI_PER_ETHER) return false;
    const records = await beacon.validators(
      "head",
      funded.map(({ pubkey }) => pubkey),
    );
    return records.every(
      ({ status, balanceGwei, validator }) =>
        status === "active_ongoing" && balanceGwei >= validator.effectiveBalanceGwei,
    );
  });

  const records = await beacon.validators(
    "head",
    (await poolValidators(stage)).map(({ pubkey }) => pubkey),
  );
  const active = records.filter(({ status }) => status === "active_ongoing");
  const sizes = active.map(({ validator }) => Number(validator.effectiveBalanceGwei / etherToGwei(1))).join(", ");
  timeline.say(`${active.length} validators are active, with ${sizes} ETH`);
}

/** Every validator of the pool, as the contracts know it now. */
export async function poolValidators(stage: Stage): Promise<PoolValidator[]> {
  return readPoolValidators(stage.protocol, stage.deployment, await newestBlock(stage));
}

/** The newest block, not a cached one. */
export async function newestBlock({ protocol }: Pick<Stage, "protocol">): Promise<bigint> {
  return protocol.client.getBlockNumber({ cacheTime: 0 });
}
