import type { BeaconApi } from "../../chain/beacon/api.ts";
import { assertReady } from "../../chain/beacon/health.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import { slotAtTime, type SlotTiming } from "../../chain/slots.ts";
import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";

export type HealthRules = {
  timing: SlotTiming;
  clock: Clock;
  /** How old the newest block may be, in slots; undefined where the chain's time is not that of the clock. */
  maxHeadAgeSlots: number | undefined;
};

/** Refuses a beacon node that is syncing, optimistic, without its execution client, or whose head is old. */
export async function assertBeaconHealthy(beacon: BeaconApi, rules: HealthRules): Promise<void> {
  const status = await beacon.syncing();
  assertReady(beacon.node, status);
  assertFresh(beacon.node, status.headSlot, rules);
}

/** Refuses an execution node that is syncing or whose newest block is old. */
export async function assertExecutionHealthy(
  name: string,
  { client }: Pick<Protocol, "client">,
  rules: HealthRules,
): Promise<void> {
  const failWith = (error: unknown) => {
    throw toExecutionError(error, `Execution node ${name}`);
  };
  const [block, syncing] = await Promise.all([
    client.getBlock({ blockTag: "latest" }).catch(failWith),
    client.request({ method: "eth_syncing" } as never).catch(failWith) as Promise<unknown>,
  ]);
  if (syncing !== false)
    throw new EthStakeError("EXECUTION_NOT_READY", `Wait for the execution node ${name}: it is syncing`, {
      details: { node: name },
      retryable: true,
    });
  assertFresh(name, slotAtTime(rules.timing, Number(block.timestamp)), rules);
}

function assertFresh(node: string, headSlot: number, { timing, clock, maxHeadAgeSlots }: HealthRules): void {
  if (maxHeadAgeSlots === undefined) return;
  const ageSlots = slotAtTime(timing, clock.now()) - headSlot;
  if (ageSlots < -1)
    throw new EthStakeError("CLOCK_WRONG", `Set the clock of this machine: ${node} is ${-ageSlots} slots ahead of it`, {
      details: { node, headSlot, ageSlots },
      retryable: true,
    });
  if (ageSlots <= maxHeadAgeSlots) return;
  throw new EthStakeError("NODE_STALE", `Look at ${node}, or at the clock: its newest block is ${ageSlots} slots old`, {
    details: { node, headSlot, ageSlots, maxHeadAgeSlots },
    retryable: true,
  });
}
