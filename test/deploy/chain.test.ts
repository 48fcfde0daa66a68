import { expect } from "chai";

import { NETWORKS } from "../../chain/networks.ts";
import { startOf, type ChainFacts } from "../../deploy/chain.ts";

const { chainId, genesisForkVersion, depositContract } = NETWORKS.devnet;
const chain: ChainFacts = { chainId, genesisForkVersion, depositContract, genesisTime: 1_000_000, secondsPerSlot: 12 };
const timeAt = (slot: number) => chain.genesisTime + slot * chain.secondsPerSlot;

describe("the frame in which the protocol begins", () => {
  const cases = [
    { slot: 64, refSlot: 63n },
    { slot: 65, refSlot: 63n },
    { slot: 127, refSlot: 63n },
    { slot: 128, refSlot: 127n },
    { slot: 64_000, refSlot: 63_999n },
  ];
  for (const { slot, refSlot } of cases)
    it(`is the one that ended last: ${refSlot} in slot ${slot}`, () => {
      const start = startOf(chain, 64n, timeAt(slot) + 11);
      expect(start).to.deep.equal({ refSlot, refSlotTimestamp: BigInt(timeAt(Number(refSlot))) });
      expect(start.refSlotTimestamp < BigInt(timeAt(slot))).to.equal(true);
    });

  it("is the first one on a chain that is younger, or has no block yet", () => {
    for (const time of [timeAt(0), timeAt(63), 0]) expect(startOf(chain, 64n, time).refSlot).to.equal(63n);
  });
});
