import { inParallel } from "../../../chain/protocol/in-parallel.ts";
import { readOperators, type PoolOperator } from "../../../chain/protocol/operators.ts";
import { readPoolValidators, type PoolValidator } from "../../../chain/protocol/validators.ts";
import type { ValidatorAnswer } from "../../../chain/beacon/types.ts";
import type { Call } from "../../network/ledger/gas.ts";
import type { Stage } from "../../network/stage.ts";
import type { DayRecord } from "../ledger/day.ts";
import type { QueueTime } from "../ledger/queue-times.ts";
import { SECONDS_PER_SLOT } from "../plan/days.ts";
import type { Outcome } from "../sender.ts";
import type { World } from "../world.ts";

type RegistryEvent = Awaited<ReturnType<typeof readRegistry>>[number];
type DistributionEvent = Awaited<ReturnType<typeof readDistribution>>[number];
type ManagerEvent = Awaited<ReturnType<typeof readManager>>[number];
type QueueEvent = Awaited<ReturnType<typeof readQueue>>[number];

/** An event with its slot, counted since the first day began: negative before that. */
export type At<TEvent> = TEvent & { slot: number };

/** What a run is judged by when it is over. */
export type Facts = {
  days: readonly DayRecord[];
  queue: readonly QueueTime[];
  calls: readonly Call[];
  registry: readonly At<RegistryEvent>[];
  distribution: readonly At<DistributionEvent>[];
  manager: readonly At<ManagerEvent>[];
  requests: readonly At<QueueEvent>[];
  /** As the contracts know them at the end. */
  operators: readonly PoolOperator[];
  validators: readonly PoolValidator[];
  /** Our validators as the beacon chain knows them at the end. */
  records: readonly ValidatorAnswer[];
  /** What came of what people tried to do. */
  outcomes: ReadonlyMap<string, Outcome>;
  /** What steps wrote down. */
  marks: ReadonlyMap<string, bigint>;
  /** The first day's first slot, and the time of genesis, to read times of the chain by. */
  firstSlot: number;
  genesisTime: number;
};

type Run = Pick<Facts, "days" | "queue" | "calls" | "firstSlot">;

/** Reads all that is known at the end of a run. */
export async function readFacts(
  { stage, sender, marks }: World,
  { days, queue, calls, firstSlot }: Run,
): Promise<Facts> {
  const { protocol, deployment, net, beacon } = stage;
  const blockNumber = await protocol.client.getBlockNumber({ cacheTime: 0 });
  const [registry, distribution, manager, requests] = await Promise.all([
    readRegistry(stage),
    readDistribution(stage),
    readManager(stage),
    readQueue(stage),
  ]);
  const blocks = [...new Set([registry, distribution, manager, requests].flat().map((event) => event.blockNumber))];
  const slots = new Map(
    await inParallel(blocks, async (number) => {
      const { timestamp } = await protocol.client.getBlock({ blockNumber: number });
      return [number, (Number(timestamp) - net.genesisTime) / SECONDS_PER_SLOT - firstSlot] as const;
    }),
  );
  const at = <TEvent extends { blockNumber: bigint }>(events: readonly TEvent[]): At<TEvent>[] =>
    events.map((event) => ({ ...event, slot: slots.get(event.blockNumber) ?? 0 }));
  const validators = await readPoolValidators(protocol, deployment, blockNumber);
  return {
    ...{ days, queue, calls, firstSlot, marks, validators, genesisTime: net.genesisTime },
    outcomes: sender.outcomes,
    registry: at(registry),
    distribution: at(distribution),
    manager: at(manager),
    requests: at(requests),
    operators: await readOperators(protocol, blockNumber),
    records: await beacon.validators(
      "head",
      validators.map(({ pubkey }) => pubkey),
    ),
  };
}

const ALL = { strict: true, fromBlock: 0n } as const;

function readRegistry({ protocol: { client, registry } }: Stage) {
  const { address, abi } = registry;
  return client.getContractEvents({ address, abi, ...ALL });
}

function readDistribution({ protocol: { client, distribution } }: Stage) {
  const { address, abi } = distribution;
  return client.getContractEvents({ address, abi, ...ALL });
}

function readManager({ protocol: { client, manager } }: Stage) {
  const { address, abi } = manager;
  return client.getContractEvents({ address, abi, ...ALL });
}

function readQueue({ protocol: { client, queue } }: Stage) {
  const { address, abi } = queue;
  return client.getContractEvents({ address, abi, ...ALL });
}
