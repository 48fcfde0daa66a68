import { expect } from "chai";

import { operatorRoom } from "../../keeper/capacity.ts";
import { eth, operator, uncapped, wei } from "./samples.ts";

const limits = { bondRateBps: 400, maxOperatorShareBps: 5_000, pooledGwei: eth(1_000), ...uncapped };

describe("the room of an operator", () => {
  it("is what its spare bond covers at the bond rate", () => {
    const room = operatorRoom(operator(1, { freeBondWei: wei(10), requiredBondWei: wei(6) }), limits);
    expect(room.bondGwei).to.equal(eth(100));
    expect(room.gwei).to.equal(eth(100));
  });

  it("is bounded by its share of the pool", () => {
    const room = operatorRoom(operator(1, { fundedGwei: eth(470) }), limits);
    expect(room).to.include({ shareGwei: eth(30), gwei: eth(30) });
  });

  it("is nothing when the bond is short, the share is passed, or the operator is deactivated", () => {
    const short = operator(1, { freeBondWei: wei(5), requiredBondWei: wei(6) });
    expect(operatorRoom(short, limits).gwei).to.equal(0n);
    expect(operatorRoom(short, { ...limits, bondRateBps: 0 }).gwei).to.equal(0n);
    expect(operatorRoom(operator(1, { fundedGwei: eth(600) }), limits).gwei).to.equal(0n);
    expect(operatorRoom(operator(1, { status: "deactivated" }), limits).gwei).to.equal(0n);
  });

  it("is the share alone where no bond is asked for funded ether", () => {
    expect(operatorRoom(operator(1), { ...limits, bondRateBps: 0 }).gwei).to.equal(eth(500));
  });

  it("is bounded by what runs on its clients, where the cap does not sleep", () => {
    const on = (geth: number, lighthouse: number) => ({
      ...limits,
      clientCapBps: 5_000,
      clients: {
        totalGwei: eth(200),
        executionGwei: new Map([["GE", eth(geth)]]),
        consensusGwei: new Map([["LS", eth(lighthouse)]]),
      },
    });
    // Half of the whole, which grows with it: (50 + 100) / (200 + 100).
    expect(operatorRoom(operator(1), on(50, 10)).clientGwei).to.equal(eth(100));
    expect(operatorRoom(operator(1), on(10, 90))).to.include({ clientGwei: eth(20), gwei: eth(20) });
    expect(operatorRoom(operator(1), on(10, 110)).gwei).to.equal(0n);
    expect(operatorRoom(operator(1), { ...on(10, 110), clientCapFloorGwei: eth(150) }).clientGwei).to.equal(eth(40));
  });
});
