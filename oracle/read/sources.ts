import type { BeaconApi } from "../../chain/beacon/api.ts";
import { assertNetwork } from "../../chain/beacon/health.ts";
import type { Network } from "../../chain/networks.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import { toEthStakeError, type EthStakeError } from "../../runtime/errors.ts";
import { consensusClientOf } from "./client-name.ts";
import { assertBeaconHealthy, assertExecutionHealthy, type HealthRules } from "./health.ts";
import { createEventReader, type ProtocolEvents } from "./protocol-events.ts";
import type { View } from "./view.ts";

/** An execution node and the contracts as it shows them. */
export type ExecutionSource = { name: string; protocol: Protocol; assertChain(): Promise<void> };

/** A view whose nodes are in order now, and what is known of them. */
export type ReadyView = View & {
  /** Client software of the beacon node, for instance "lodestar". */
  consensusClient: string;
  executionNode: string;
  events(toBlock: number): Promise<ProtocolEvents>;
};

/** What was found of one node at the last look. */
export type NodeStatus = { node: string; kind: "beacon" | "execution"; ok: boolean; code: string | undefined };

/** All nodes. Who is asked is decided by health, each time anew, in the order of the configuration. */
export type Sources = {
  /** Views of the nodes that are in order: every one of them is in at least one. Throws what is wrong when none is. */
  ready(): Promise<[ReadyView, ...ReadyView[]]>;
  status(): readonly NodeStatus[];
};

export type SourcesOptions = HealthRules & {
  beacons: readonly BeaconApi[];
  executions: readonly ExecutionSource[];
  network: Network;
  shared: Omit<View, "name" | "beacon" | "protocol">;
};

/** Makes the sources. Event readers remember, so there is one per execution node for the life of the process. */
export function createSources({ beacons, executions, network, shared, ...rules }: SourcesOptions): Sources {
  const readers = new Map(
    executions.map(({ name, protocol }) => [name, createEventReader({ protocol, deployment: shared.deployment })]),
  );
  let status: NodeStatus[] = [];
  // A node may have been away at the start: of which network it is, is asked when it is there.
  const admitted = new Set<string>();
  const admit = async (node: string, assertOurs: () => Promise<unknown>) => {
    if (admitted.has(node)) return;
    await assertOurs();
    admitted.add(node);
  };

  const probe = async <T>(kind: NodeStatus["kind"], node: string, ask: () => Promise<T>) => {
    try {
      return { status: { node, kind, ok: true, code: undefined }, found: [await ask()], failure: undefined };
    } catch (error) {
      const failure = toEthStakeError(error);
      return { status: { node, kind, ok: false, code: failure.code }, found: [], failure };
    }
  };

  return {
    status: () => status,
    ready: async () => {
      const [asked, executed] = await Promise.all([
        Promise.all(
          beacons.map((beacon) =>
            probe("beacon", beacon.node, async () => {
              await admit(beacon.node, () => assertNetwork(beacon, network));
              await assertBeaconHealthy(beacon, rules);
              return { beacon, consensusClient: consensusClientOf((await beacon.version()).consensus) };
            }),
          ),
        ),
        Promise.all(
          executions.map((source) =>
            probe("execution", source.name, async () => {
              await admit(source.name, source.assertChain);
              await assertExecutionHealthy(source.name, source.protocol, rules);
              return source;
            }),
          ),
        ),
      ]);
      status = [...asked, ...executed].map((answer) => answer.status);
      const views = pairUp(
        asked.flatMap(({ found }) => found),
        executed.flatMap(({ found }) => found),
      ).map(([{ beacon, consensusClient }, { name, protocol }]): ReadyView => {
        const events = readers.get(name) ?? createEventReader({ protocol, deployment: shared.deployment });
        return {
          ...shared,
          name: `${beacon.node} with ${name}`,
          beacon,
          protocol,
          consensusClient,
          executionNode: name,
          events,
        };
      });
      const [first, ...others] = views;
      if (first !== undefined) return [first, ...others];
      throw firstFailure([...asked, ...executed]);
    },
  };
}

/** Each with another as long as there are some, then again from the beginning. */
function pairUp<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  if (as.length === 0 || bs.length === 0) return [];
  return Array.from({ length: Math.max(as.length, bs.length) }, (_, i) => [
    as[i % as.length] as A,
    bs[i % bs.length] as B,
  ]);
}

function firstFailure(answers: readonly { failure: EthStakeError | undefined }[]): EthStakeError {
  return answers.find(({ failure }) => failure !== undefined)?.failure ?? toEthStakeError(new Error("no node"));
}
