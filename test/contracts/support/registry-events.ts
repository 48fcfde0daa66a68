import { parseEventLogs, type Hex } from "viem";

import type { Protocol } from "./protocol.ts";

type EventName = "BondLocked" | "LockMatured" | "BondSeized" | "LockReleased" | "DowntimeReported";

/** Events of one name that a transaction made the registry emit, oldest first. */
export async function registryEvents<Name extends EventName>(p: Protocol, hash: Hex, eventName: Name) {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  return parseEventLogs({ abi: p.registry.abi, eventName, logs }).map(({ args }) => args);
}
