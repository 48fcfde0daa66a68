import { expect } from "chai";

import { createBeaconApi } from "../../../chain/beacon/api.ts";
import { createExecution } from "../../../chain/execution/client.ts";
import { networkByName } from "../../../chain/networks.ts";
import { createProtocol } from "../../../chain/protocol/contracts.ts";
import { readUnpaidProposals } from "../../../oracle/read/proposals.ts";
import { fakeDeployment } from "../../chain/support/protocol-node.ts";
import { startBeacon, type BeaconStub } from "../world/beacon.ts";
import { makeChain, SECONDS_PER_SLOT, GENESIS_TIME, SLOTS_PER_EPOCH, type WorldChain } from "../world/chain.ts";
import { startExecution, type ExecutionStub } from "../world/execution.ts";

const FIRST_SLOT = 30;
const LAST_SLOT = 62;
/** As many validators as the chain has: everybody's blocks are asked for. */
const EVERYBODY = new Map(Array.from({ length: 12 }, (_, index) => [index, 1]));

describe("proposals of a window that is read in parts", () => {
  let chain: WorldChain;
  let beacon: BeaconStub;
  let execution: ExecutionStub;
  before(async () => {
    // Slots 54 and 55 are where parts of seven and of eight slots meet.
    chain = await makeChain({ lastSlot: 90, missed: [36, 37, 54, 55] });
    beacon = await startBeacon(chain, "Lodestar/v1");
    execution = await startExecution(chain);
    // Nobody pays the vault.
    execution.lies["eth_getBlockByHash"] = (truth) =>
      truth === null ? null : { ...(truth as object), miner: `0x${"b1".repeat(20)}` };
  });
  after(() => Promise.all([beacon.close(), execution.close()]));
  afterEach(() => {
    beacon.lie = () => undefined;
  });

  const read = async (slotsAtOnce: number) => {
    const api = createBeaconApi({ url: beacon.url });
    const client = createExecution({ urls: [execution.url], network: networkByName(fakeDeployment.network) });
    const timing = { genesisTime: GENESIS_TIME, secondsPerSlot: SECONDS_PER_SLOT, slotsPerEpoch: SLOTS_PER_EPOCH };
    const protocol = createProtocol(client, fakeDeployment);
    const found = await readUnpaidProposals(
      { beacon: api, protocol, timing, deployment: fakeDeployment },
      { firstSlot: FIRST_SLOT, last: await api.header(LAST_SLOT), operatorOf: EVERYBODY, slotsAtOnce },
    );
    return found.map(({ slot }) => slot);
  };

  it("looks at every block once, whatever the parts", async () => {
    const slots = chain.blocks.map(({ slot }) => slot).filter((slot) => FIRST_SLOT <= slot && slot <= LAST_SLOT);
    expect(slots).to.have.length(29);
    for (const slotsAtOnce of [1, 7, 8, 33, 100])
      expect(await read(slotsAtOnce), `${slotsAtOnce} at once`).to.deep.equal(slots.toReversed());
  });

  it("does not believe a node that hides a block, wherever parts meet", async () => {
    for (const hidden of [FIRST_SLOT, 48, 56, 53])
      for (const slotsAtOnce of [1, 7, 8]) {
        beacon.lie = ({ path }) => (path.endsWith(`/headers/${hidden}`) ? { status: 404, body: {} } : undefined);
        const code = await read(slotsAtOnce).then(
          () => "believed",
          (error: unknown) => (error as { code?: string }).code,
        );
        expect(code, `slot ${hidden}, ${slotsAtOnce} at once`).to.equal("BEACON_INCONSISTENT");
      }
  });
});
