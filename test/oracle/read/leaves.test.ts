import { expect } from "chai";
import { numberToHex, type Hex } from "viem";

import { rewardsRoot, rewardsTotal, type RewardsLeaf } from "../../../chain/report/rewards-tree.ts";
import type { Report } from "../../../chain/report/report.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { divideRewards } from "../../../oracle/decide/rewards.ts";
import { createLeavesReader, type LeavesSources } from "../../../oracle/read/leaves.ts";
import type { ProtocolEvents, SettledReport } from "../../../oracle/read/protocol-events.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { epochResults, GRID, operatorEpoch, rootOf, snapshot } from "../support/snapshots.ts";

const results = epochResults(0, 20, (epoch) => [
  operatorEpoch(1, 32, 32),
  operatorEpoch(2, 32, epoch % 2 === 0 ? 32 : 0),
]);
const { report: base } = buildReport(snapshot({ epochs: [] }));

/** Two settled reports: 100 fee shares up to the first cut-off, 300 up to the second. Blocks are numbered like time. */
const minted = new Map([
  [1000n, 100n],
  [2000n, 300n],
]);
const firstLeaves = divideRewards([], 100n, results.slice(0, 7));
const secondLeaves = divideRewards(firstLeaves, 300n, results.slice(7, 15));
const settled = (refSlot: bigint, cutoffTimestamp: bigint, leaves: readonly RewardsLeaf[]): SettledReport => {
  const tree = { rewardsRoot: rewardsRoot(leaves), rewardsTotalShares: rewardsTotal(leaves) };
  const cutoffBlockHash = numberToHex(cutoffTimestamp, { size: 32 });
  const report: Report = { ...base, refSlot, cutoffTimestamp, cutoffBlockHash, ...tree };
  return { report, reportHash: rootOf(1), blockNumber: Number(cutoffTimestamp) };
};
const reports = [settled(63n, 1000n, firstLeaves), settled(127n, 2000n, secondLeaves)];
const last = reports[1] as SettledReport;

const events: ProtocolEvents = {
  keys: [{ pubkey: "0x", pubkeyRoot: rootOf(1), operatorId: 1, blockNumber: 5 }],
  deposits: [],
  proofs: [],
  exits: [],
  reports,
};
const protocol = {
  distribution: {
    read: {
      cumulativeFeeShares: async ({ blockNumber }: { blockNumber: bigint }) => minted.get(blockNumber) ?? 0n,
    },
  },
  client: {
    getBlock: async ({ blockHash }: { blockHash?: Hex }) => ({ timestamp: 0n, number: BigInt(blockHash ?? 0) }),
  },
};
const view = {
  protocol: protocol as never,
  deployment: { deployedAtBlock: 1 } as never,
  timing: { genesisTime: 12, secondsPerSlot: 12, slotsPerEpoch: 8 },
  events: async () => events,
};

function sources(changes: Partial<LeavesSources> = {}): LeavesSources & { collected: number[] } {
  const collected: number[] = [];
  return {
    collected,
    frames: { load: async () => undefined },
    askPeers: async () => [],
    grid: GRID,
    epochs: {
      collect: async (epochs) => {
        collected.push(...epochs);
        return results.filter(({ epoch }) => epochs.includes(epoch));
      },
      gaps: async () => [],
    },
    logger: createLogger({ level: "silent" }),
    ...changes,
  };
}

describe("oracle/read/leaves", () => {
  it("needs nobody while the tree is empty", async () => {
    expect(await createLeavesReader(sources())(view, settled(63n, 1000n, []))).to.deep.equal([]);
  });

  it("takes its own, when they lead to the settled root", async () => {
    const frame = { refSlot: 127, previousRefSlot: 63, report: last.report, leaves: secondLeaves, signatures: [] };
    const given = sources({ frames: { load: async () => frame } });
    expect(await createLeavesReader(given)(view, last)).to.deep.equal(secondLeaves);
    expect(given.collected).to.deep.equal([]);
  });

  it("asks peers and believes only leaves with the settled root", async () => {
    const lie = secondLeaves.map((leaf) => ({ ...leaf, cumulativeShares: leaf.cumulativeShares + 1n }));
    const given = sources({ askPeers: async () => [lie, secondLeaves] });
    expect(await createLeavesReader(given)(view, last)).to.deep.equal(secondLeaves);
    expect(given.collected).to.deep.equal([]);
  });

  it("works them out from the chain when nobody has them", async () => {
    const given = sources({ askPeers: async () => [firstLeaves] });
    expect(await createLeavesReader(given)(view, last)).to.deep.equal(secondLeaves);
    expect(given.collected).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it("fails rather than to build on a tree that is not the settled one", async () => {
    const error = await createLeavesReader(sources())(
      view,
      settled(127n, 2000n, [{ operatorId: 1, cumulativeShares: 1n }]),
    ).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "LEAVES_MISSING")).to.equal(true);
  });
});
