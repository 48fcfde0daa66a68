import { oneOf } from "../actors/act.ts";
import { leave, proveTwoProposals } from "../beacon-pool.ts";
import { activeKeys } from "../own-validators.ts";
import { interopKey, pubkeyOf } from "../validator-key.ts";
import { showSlashed } from "../actors/watcher.ts";
import { nameOf, type Fault } from "./fault.ts";

/** One slashing in this many is of ours: each one stops an operator for good. */
const OURS = 0.3;
const LEAVING = 2;

/** All validators of an operator are switched off. */
export const offline: Fault = {
  begin: async (world, fault) => {
    const active = await activeKeys(world);
    if (active.length === 0) return false;
    const { operatorId } = oneOf(active, fault.who);
    const own = active.filter((key) => key.operatorId === operatorId);
    await world.outages.begin(
      nameOf(fault),
      own.map(({ pubkey }) => pubkey),
    );
    return true;
  },
  end: (world, fault) => world.outages.end(nameOf(fault)),
};

/** A validator signs two blocks; ours is proven to the contracts by a stranger as soon as the chain has slashed it. */
export const slashing: Fault = {
  begin: async (world, fault) => {
    const { stage, outages, outsiders } = world;
    const active = fault.size < OURS ? await activeKeys(world) : [];
    if (active.length > 1) {
      const { pubkey, secretKey, record } = oneOf(active, fault.who);
      // A block of a slashed proposer is not valid: its owner switches it off.
      await outages.begin(nameOf(fault), [pubkey]);
      await proveTwoProposals(stage, { index: record.index, secretKey });
      showSlashed(world, pubkey);
      return true;
    }
    const index = outsiders.shift();
    if (index === undefined) return false;
    const secretKey = interopKey(index);
    await outages.begin(nameOf(fault), [pubkeyOf(secretKey)]);
    await proveTwoProposals(stage, { index, secretKey });
    return true;
  },
};

/** Some of the others leave before us. */
export const exitQueue: Fault = {
  begin: async (world) => {
    const leaving = world.outsiders.splice(0, LEAVING);
    for (const index of leaving) await leave(world.stage, { index, secretKey: interopKey(index) });
    return leaving.length > 0;
  },
};

/** So many of the others are off that two thirds do not vote. */
export const lostFinality: Fault = {
  begin: async (world, fault) => {
    const active = await activeKeys(world);
    const others = world.outsiders.map((index) => pubkeyOf(interopKey(index)));
    const ours = active.map(({ pubkey }) => pubkey);
    // Half of each: more than a third of the stake, whoever holds it.
    const half = [others, ours].flatMap((list) => list.filter((_, i) => i % 2 === 0));
    await world.outages.begin(nameOf(fault), half);
    return true;
  },
  end: (world, fault) => world.outages.end(nameOf(fault)),
};

/** Every second slot stays empty for a while. */
export const missedSlots: Fault = {
  begin: async (world, { slot, endSlot }) => {
    world.skipUntilSlot = world.stage.net.slot() + endSlot - slot;
    return true;
  },
};
