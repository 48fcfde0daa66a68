import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import fc from "fast-check";

import { prepareStore } from "../../oracle/store/schema.ts";
import { fakeDeployment } from "../chain/support/protocol-node.ts";
import { openDatabase } from "../../runtime/database/open.ts";
import { makeChain, SLOTS_PER_EPOCH, type WorldChain } from "./world/chain.ts";
import { startWorld, type World } from "./world/world.ts";

const run = promisify(execFile);
/** Node versions beside the one that runs this: the oldest that is supported, and the newest. */
const NODES = join(import.meta.dirname, "../nodes");
const PRINT_VOTE = join(import.meta.dirname, "support/print-vote.ts");
const REF_SLOT = 63;
const LAST_SLOT = 104;
const STORE = { chainId: fakeDeployment.chainId, distribution: fakeDeployment.contracts.distribution };

/** The same chain as it was seen earlier: up to a slot, with another finality, and with an end that was left again. */
async function earlier(whole: WorldChain, slot: number, missed: number[]): Promise<WorldChain> {
  const finalizedEpoch = Math.max(0, Math.floor(slot / SLOTS_PER_EPOCH) - 2);
  const isFinal = (at: number) => at <= finalizedEpoch * SLOTS_PER_EPOCH;
  // Below finality the two are one; above, the blocks that were missed in the one are there in the other.
  const other = await makeChain({ lastSlot: slot, missed: missed.filter(isFinal) });
  return { ...other, finalizedEpoch: Math.min(finalizedEpoch, whole.finalizedEpoch) };
}

describe("oracle, the same chain", () => {
  let world: World;
  before(async () => (world = await startWorld(await makeChain({ lastSlot: 90 }))));
  after(() => world.close());
  const show = (chain: WorldChain) => {
    for (const stub of [...world.beacons, ...world.executions]) stub.chain = chain;
  };
  const forgetEpochs = async () => {
    const database = await openDatabase({ url: world.database.url });
    await prepareStore(database, STORE);
    await database.query("DELETE FROM oracle_epochs");
    await database.query("DELETE FROM oracle_inputs");
    await database.close();
  };

  const voteOnNode = async (version: string) => {
    const node = join(NODES, version, "node_modules", `node-linux-${process.arch}`, "bin", "node");
    const { stdout } = await run(node, [PRINT_VOTE, String(REF_SLOT)], { env: { ...process.env, ...world.env } });
    const printed = JSON.parse(stdout) as { node: string; vote: string };
    return { major: printed.node.slice(1).split(".")[0], vote: printed.vote };
  };

  it("INV-16 gives the same report whoever reads it and when: missed slots, late finality, reorgs, other node order", async () => {
    const missedSlots = fc.uniqueArray(fc.integer({ min: 4, max: LAST_SLOT - 1 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        missedSlots,
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.integer({ min: 40, max: 90 }), { minLength: 1, maxLength: 3 }),
        async (missed, finalityLag, looks) => {
          const whole = await makeChain({ lastSlot: LAST_SLOT, missed, finalityLag });
          // One follows the chain from early on and meets ends of it that are left again; the other starts late.
          await forgetEpochs();
          const follower = await world.connect();
          for (const slot of looks.toSorted((a, b) => a - b)) {
            show(await earlier(whole, slot, missed));
            const progress = await follower.chain.progress();
            await follower.chain.collectNewEpochs(progress);
          }
          show(whole);
          const followed = await world.vote(follower, REF_SLOT);
          await follower.close();

          await forgetEpochs();
          const reversed = (list: string | undefined) => (list ?? "").split(",").toReversed().join(",");
          const late = await world.connect({
            CONSENSUS_CLIENT_URI: reversed(world.env["CONSENSUS_CLIENT_URI"]),
            EXECUTION_CLIENT_URI: reversed(world.env["EXECUTION_CLIENT_URI"]),
          });
          expect(await world.vote(late, REF_SLOT)).to.equal(followed);
          await late.close();
        },
      ),
      // In the example a vote is in a block that is left again: whoever judged its epoch too early would count it.
      { numRuns: 8, endOnFailure: true, examples: [[[45], 2, [48]]] },
    );
  }).timeout(300_000);

  for (const version of ["22", "26"])
    it(`INV-16 gives the same report on Node ${version}`, async () => {
      for (const missed of [[], [9, 10, 45, 63, 64]]) {
        show(await makeChain({ lastSlot: LAST_SLOT, missed, finalityLag: missed.length === 0 ? 2 : 4 }));
        await forgetEpochs();
        const here = await world.connect();
        const vote = await world.vote(here, REF_SLOT);
        await here.close();
        await forgetEpochs();
        expect(await voteOnNode(version)).to.deep.equal({ major: version, vote });
      }
    }).timeout(120_000);

  it("INV-16 a frame whose end is not final is not reported", async () => {
    const chain = await makeChain({ lastSlot: LAST_SLOT, finalityLag: 7 });
    show(chain);
    const context = await world.connect();
    const { finalizedSlot } = await context.chain.progress();
    expect(finalizedSlot).to.equal(48);
    await context.close();
  });
});
