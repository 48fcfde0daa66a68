import { expect } from "chai";

import type { SyncStatus } from "../../../chain/beacon/types.ts";
import { networkByName } from "../../../chain/networks.ts";
import { createSources, type SourcesOptions } from "../../../oracle/read/sources.ts";
import { consensusClientOf } from "../../../oracle/read/client-name.ts";
import { EthStakeError } from "../../../runtime/errors.ts";

const timing = { genesisTime: 1_000, secondsPerSlot: 12, slotsPerEpoch: 8 };
const HEAD = 100;
const network = networkByName("devnet");
type BeaconState = Partial<SyncStatus> & { version?: string; down?: boolean };
type ExecutionState = { headSlot?: number; syncing?: unknown; down?: boolean };

function sourcesOf(
  beacons: readonly BeaconState[],
  executions: readonly ExecutionState[],
  changes: Partial<Pick<SourcesOptions, "clock" | "maxHeadAgeSlots">> = {},
) {
  const fail = () => {
    throw new EthStakeError("BEACON_UNREACHABLE", "down", { retryable: true });
  };
  return createSources({
    beacons: beacons.map(({ version = "Teku/v1", down, ...status }, i) => ({
      node: `http://beacon-${i}`,
      genesis: async () => (down ? fail() : { genesisForkVersion: network.genesisForkVersion }),
      spec: async () => ({
        depositChainId: network.chainId,
        depositContract: network.depositContract,
        preset: network.preset,
        slotsPerEpoch: network.slotsPerEpoch,
      }),
      syncing: async () =>
        down
          ? fail()
          : {
              headSlot: HEAD,
              syncDistanceSlots: 0,
              isSyncing: false,
              isOptimistic: false,
              elOffline: false,
              ...status,
            },
      version: async () => ({ consensus: version, execution: undefined }),
    })) as never,
    executions: executions.map(({ headSlot = HEAD, syncing = false, down }, i) => ({
      name: `http://execution-${i}`,
      assertChain: async () => (down ? fail() : undefined),
      protocol: {
        client: {
          getBlock: async () => (down ? fail() : { timestamp: BigInt(timing.genesisTime + headSlot * 12) }),
          request: async () => syncing,
        },
      } as never,
    })),
    network,
    shared: { deployment: { deployedAtBlock: 1 }, timing } as never,
    timing,
    clock: { now: () => timing.genesisTime + HEAD * 12 + 1, sleep: async () => undefined },
    maxHeadAgeSlots: 8,
    ...changes,
  });
}
const namesOf = async (...args: Parameters<typeof sourcesOf>) =>
  (await sourcesOf(...args).ready()).map(({ name }) => name.replaceAll("http://", ""));
const codeOf = async (...args: Parameters<typeof sourcesOf>) =>
  sourcesOf(...args)
    .ready()
    .then(
      () => undefined,
      (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
    );

describe("oracle/read/sources", () => {
  it("pairs all nodes, so that each is in a view", async () => {
    expect(await namesOf([{}, {}], [{}, {}])).to.deep.equal(["beacon-0 with execution-0", "beacon-1 with execution-1"]);
    expect(await namesOf([{}, {}], [{}, {}, {}])).to.deep.equal([
      "beacon-0 with execution-0",
      "beacon-1 with execution-1",
      "beacon-0 with execution-2",
    ]);
  });

  it("INC-22 leaves out who is not in order, whatever the reason, and takes the next", async () => {
    for (const broken of [
      { down: true },
      { isSyncing: true, syncDistanceSlots: 50 },
      { isOptimistic: true },
      { elOffline: true },
      { headSlot: HEAD - 9 },
    ])
      expect(await namesOf([broken, {}], [{}]), JSON.stringify(broken)).to.deep.equal(["beacon-1 with execution-0"]);
    for (const broken of [{ down: true }, { syncing: { currentBlock: "0x1" } }, { headSlot: HEAD - 9 }])
      expect(await namesOf([{}], [broken, {}]), JSON.stringify(broken)).to.deep.equal(["beacon-0 with execution-1"]);
  });

  it("says what is wrong when nobody is left, and shows each node's state", async () => {
    expect(await codeOf([{ isOptimistic: true }], [{}])).to.equal("BEACON_NOT_READY");
    expect(await codeOf([{ headSlot: HEAD - 9 }], [{}])).to.equal("NODE_STALE");
    expect(await codeOf([{}], [{ syncing: {} }])).to.equal("EXECUTION_NOT_READY");
    const sources = sourcesOf([{ elOffline: true }, {}], [{}]);
    await sources.ready();
    expect(sources.status()).to.deep.equal([
      { node: "http://beacon-0", kind: "beacon", ok: false, code: "BEACON_NOT_READY" },
      { node: "http://beacon-1", kind: "beacon", ok: true, code: undefined },
      { node: "http://execution-0", kind: "execution", ok: true, code: undefined },
    ]);
  });

  it("notices a clock that is behind the chain, and judges no age where time is not that of the clock", async () => {
    const late = { now: () => timing.genesisTime + (HEAD - 5) * 12, sleep: async () => undefined };
    expect(await codeOf([{}], [{}], { clock: late })).to.equal("CLOCK_WRONG");
    expect(await codeOf([{ headSlot: 3 }], [{ headSlot: 3 }], { maxHeadAgeSlots: undefined })).to.equal(undefined);
  });

  it("knows a client by its name and by its code", () => {
    expect(["Lodestar/v1.44.0/linux", "LS/v1.44.0"].map(consensusClientOf)).to.deep.equal(["lodestar", "lodestar"]);
    expect(["teku/v25.1.0", "TK/1", "Grandine 1.0", "GD/1"].map(consensusClientOf)).to.deep.equal([
      "teku",
      "teku",
      "grandine",
      "grandine",
    ]);
  });
});
