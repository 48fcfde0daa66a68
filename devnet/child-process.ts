// The child's side of a process pair: read settings, say when ready, never outlive the parent.
import type { z } from "zod";

/** Name of the environment variable that carries the settings. */
export const SETTINGS_VARIABLE = "ETHSTAKE_DEVNET_SETTINGS";

/**
 * Ends this process as soon as the parent is gone. The channel to the parent is a socket that the kernel closes
 * with the parent, however that ended: even after SIGKILL nothing is left behind.
 */
export function exitWithParent(): void {
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; the parent decides when the network ends.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => process.exit(0));
  if (process.send === undefined) {
    console.error("This program is a part of the devnet: start devnet/main.ts instead");
    process.exit(2);
  }
}

/** The settings that the parent gave. */
export function readSettings<T extends z.ZodType>(schema: T): z.infer<T> {
  return schema.parse(JSON.parse(process.env[SETTINGS_VARIABLE] ?? "null"));
}

/** Tells the parent that everything listens, and where. */
export function announceReady(ports: Record<string, number>): void {
  process.send?.({ ready: ports });
}
