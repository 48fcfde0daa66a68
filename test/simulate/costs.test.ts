import { expect } from "chai";
import type { Address, Hex } from "viem";

import type { Call } from "../../scripts/network/ledger/gas.ts";
import { keeper, cast, stakers } from "../../scripts/simulate/people.ts";
import { costsOf, sentTwice } from "../../scripts/simulate/report/costs.ts";

function call(from: Address, input: Hex, success = true): Call {
  return { operation: "Pool.act", hash: "0x00", from, input, gasUsed: 100n, success, blockNumber: 1n };
}
const oracle = cast.committee[0]?.address ?? "0x";
const staker = stakers[0]?.address ?? "0x";

describe("simulation, costs", () => {
  it("adds gas up by role, and counts what reverted", () => {
    const costs = costsOf([call(oracle, "0x01"), call(keeper.address, "0x01"), call(keeper.address, "0x02", false)]);
    expect(costs.oracle).to.deep.include({ transactions: 1, reverted: 0, gas: 100n });
    expect(costs.keeper).to.deep.include({ transactions: 2, reverted: 1, gas: 200n });
    expect(costs.stakers.gas).to.equal(0n);
  });

  it("INV-17 finds what a program sent twice; people may repeat themselves", () => {
    const calls = [call(keeper.address, "0x01"), call(oracle, "0x01"), call(keeper.address, "0x02")];
    expect(sentTwice(calls)).to.deep.equal([]);
    expect(sentTwice([...calls, call(staker, "0x05"), call(staker, "0x05")])).to.deep.equal([]);
    expect(sentTwice([...calls, call(keeper.address, "0x01")])).to.have.length(1);
  });

  it("lets a program pay the oldest requests as often as there is ether for them, unless it did nothing", () => {
    const stale = (success: boolean) => ({
      ...call(keeper.address, "0x07", success),
      operation: "RewardDistribution.finalizeStale",
    });
    expect(sentTwice([stale(true), stale(true)])).to.deep.equal([]);
    expect(sentTwice([stale(true), stale(false)])).to.have.length(1);
  });

  it("takes a call that follows a revert as another attempt, and one that follows a success as a second one", () => {
    const tried = (success: boolean) => call(keeper.address, "0x01", success);
    expect(sentTwice([tried(false), tried(false), tried(true)])).to.deep.equal([]);
    expect(sentTwice([tried(false), tried(true), tried(false)])).to.have.length(1);
  });
});
