// What a transaction made the registry tell, oldest first. One function for each event: only so the types are those of
// the event.
import { parseEventLogs, type Hex } from "viem";

import { operatorRegistryAbi as abi } from "../../../chain/abi/OperatorRegistry.ts";
import type { Protocol } from "./protocol.ts";

/** Locks that were made. */
export async function bondLocked(p: Protocol, hash: Hex) {
  const logs = await logsOf(p, hash);
  return parseEventLogs({ abi, eventName: "BondLocked", logs }).map(({ args }) => args);
}

/** Locks that have matured. */
export async function lockMatured(p: Protocol, hash: Hex) {
  const logs = await logsOf(p, hash);
  return parseEventLogs({ abi, eventName: "LockMatured", logs }).map(({ args }) => args);
}

/** Losses that were taken out of bonds. */
export async function lossDrawn(p: Protocol, hash: Hex) {
  const logs = await logsOf(p, hash);
  return parseEventLogs({ abi, eventName: "LossDrawn", logs }).map(({ args }) => args);
}

/** Breaches that were settled. */
export async function downtimeReported(p: Protocol, hash: Hex) {
  const logs = await logsOf(p, hash);
  return parseEventLogs({ abi, eventName: "DowntimeReported", logs }).map(({ args }) => args);
}

async function logsOf(p: Protocol, hash: Hex) {
  return (await p.client.waitForTransactionReceipt({ hash })).logs;
}
