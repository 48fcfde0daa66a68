// The child's side of a process pair: take settings, say when ready or why not, never outlive the parent.
import type { z } from "zod";
import { EthStakeError, toEthStakeError } from "../runtime/errors.ts";

/** What a child tells its parent once. */
export type ChildAnswer = { ready: Record<string, number> } | { failed: { code: string; message: string } };

/**
 * Runs a part of the devnet in this process: waits for the settings (until then there was time to load modules),
 * starts, and tells the parent the ports.
 */
export async function runChild<T extends z.ZodType>(
  schema: T,
  start: (settings: z.infer<T>) => Promise<Record<string, number>>,
): Promise<void> {
  exitWithParent();
  const message = await new Promise<unknown>((resolve) => process.once("message", resolve));
  try {
    answer({ ready: await start(schema.parse(message)) });
  } catch (error) {
    const { code, message } = explain(error);
    answer({ failed: { code, message } });
  }
}

/**
 * Ends this process as soon as the parent is gone. The channel to the parent is a socket that the kernel closes
 * with the parent, however that ended: even after SIGKILL nothing is left behind.
 */
function exitWithParent(): void {
  if (process.send === undefined) {
    console.error("This program is a part of the devnet: start devnet/main.ts instead");
    process.exit(2);
  }
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; the parent decides when the network ends.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => process.exit(0));
}

function answer(content: ChildAnswer): void {
  process.send?.(content);
}

function explain(error: unknown): EthStakeError {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? String(error.port) : "A port";
    return new EthStakeError("DEVNET_PORT_TAKEN", `Port ${port} is taken: stop what listens there or choose another`);
  }
  return toEthStakeError(error, "DEVNET_START_FAILED");
}
