// The child's side of a process pair: take settings, say when ready, never outlive the parent.
import type { z } from "zod";

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

/** The settings that the parent sends. Until then this process has had time to load its modules. */
export async function receiveSettings<T extends z.ZodType>(schema: T): Promise<z.infer<T>> {
  const message = await new Promise<unknown>((resolve) => process.once("message", resolve));
  return schema.parse(message);
}

/** Tells the parent that everything listens, and where. */
export function announceReady(ports: Record<string, number>): void {
  process.send?.(ports);
}
