import { supervise } from "./supervisor.ts";
import { watch } from "./actors/watcher.ts";
import type { World } from "./world.ts";

/** What passes in a slot, beside what the plan says. */
export type SlotRecord = { withBlock: boolean; final: number; programs: number; nodesUp: boolean };

const WATCH_EVERY = 4;

/** Runs one slot: traffic, dear or cheap gas, a block or none. */
export async function runSlot(world: World): Promise<SlotRecord> {
  const { stage, fees, keeper, gates } = world;
  stage.signal.throwIfAborted();
  await stage.traffic.send();
  await fees.push();
  supervise(world);
  // A look that fails is tried again: what is to be shown stays on the list.
  if (stage.net.slot() % WATCH_EVERY === 0)
    await watch(world).catch((error: unknown) => world.notes.push(`watching: ${String(error)}`));
  const empty = stage.net.slot() < world.skipUntilSlot && stage.net.slot() % 2 === 0;
  const { headSlot, finalizedEpoch, slot } = await stage.net.advance({ slots: 1, skip: empty ? [1] : [] });
  const running = [keeper, ...stage.oracles].filter((program) => program.running).length;
  return {
    withBlock: headSlot === slot,
    final: finalizedEpoch,
    programs: running / (stage.oracles.length + 1),
    nodesUp: gates.beacon.open && gates.execution.open,
  };
}
