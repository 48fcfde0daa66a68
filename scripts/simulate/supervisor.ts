import type { World } from "./world.ts";

const LOOK_EVERY_SLOTS = 8;

/** Starts a program again that has ended by itself, such as one that found no node when it began: its owner's init system would. */
export function supervise({ stage, keeper, restarts }: Pick<World, "stage" | "keeper" | "restarts">): void {
  if (stage.net.slot() % LOOK_EVERY_SLOTS !== 0) return;
  for (const program of [keeper, ...stage.oracles]) {
    if (!program.gaveUp) continue;
    restarts.set(program.name, (restarts.get(program.name) ?? 0) + 1);
    program.start();
  }
}
