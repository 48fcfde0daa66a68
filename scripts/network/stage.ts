import { createBeaconApi, type BeaconApi } from "../../chain/beacon/api.ts";
import type { Deployment } from "../../chain/deployment.ts";
import { createExecution, type Execution } from "../../chain/execution/client.ts";
import { networkByName } from "../../chain/networks.ts";
import { createProtocol, type Protocol } from "../../chain/protocol/contracts.ts";
import type { Devnet } from "../../devnet/index.ts";
import type { OracleProcess } from "./oracles.ts";
import type { Timeline } from "./timeline.ts";
import type { Traffic } from "./traffic.ts";

/** Everything on the stage of the main job: the network, the protocol on it, and who plays. */
export type Stage = {
  net: Devnet;
  beacon: BeaconApi;
  execution: Execution;
  deployment: Deployment;
  deploymentFile: string;
  protocol: Protocol;
  oracles: OracleProcess[];
  folder: string;
  timeline: Timeline;
  traffic: Traffic;
  signal: AbortSignal;
};

const MAX_IDLE_SLOTS = 400;
const WAIT_MS = 15;

/** Connects to the devnet's two layers. */
export function connect(net: Devnet): Pick<Stage, "beacon" | "execution"> {
  return {
    beacon: createBeaconApi({ url: net.beaconUrl }),
    execution: createExecution({
      urls: [net.executionUrl],
      network: networkByName("devnet"),
      pollingIntervalMs: WAIT_MS,
    }),
  };
}

/** Binds the protocol's contracts. */
export function bind(execution: Execution, deployment: Deployment): Protocol {
  return createProtocol(execution, deployment);
}

/** Work that needs blocks; call `needBlock` when a transaction has left. */
export type Driver = { needBlock(): void };

/**
 * Runs work that sends transactions, in virtual time: a slot passes whenever the work has sent something, and none while
 * it thinks.
 */
export async function drive<T>(stage: Pick<Stage, "net" | "signal">, work: (driver: Driver) => Promise<T>): Promise<T> {
  let wanted = false;
  let over = false;
  const result = work({
    needBlock: () => {
      wanted = true;
    },
  }).finally(() => {
    over = true;
  });
  // Observed below; this keeps a failure in between from being called unhandled.
  result.catch(() => undefined);
  while (!over) {
    stage.signal.throwIfAborted();
    if (wanted) {
      wanted = false;
      await stage.net.advance({ slots: 1 });
    } else {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
  return result;
}

/** Lets slots pass until a condition holds; says what it waits for. */
export async function advanceUntil(
  stage: Stage,
  what: string,
  holds: () => Promise<boolean>,
  maxSlots = MAX_IDLE_SLOTS,
): Promise<void> {
  for (let slots = 0; !(await holds()); slots++) {
    stage.signal.throwIfAborted();
    if (slots >= maxSlots) throw new Error(`Waited ${maxSlots} slots in vain until ${what}`);
    stage.timeline.progress(`waiting until ${what}`);
    await stage.traffic.send();
    await stage.net.advance({ slots: 1 });
  }
}

/** Lets slots pass up to and with a slot. */
export async function advanceTo(stage: Stage, slot: number): Promise<void> {
  await advanceUntil(stage, `slot ${slot}`, () => Promise.resolve(stage.net.slot() >= slot), Number.MAX_SAFE_INTEGER);
}
