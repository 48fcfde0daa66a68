import { expect } from "chai";
import fc from "fast-check";

import { DEFAULT_GAS_POLICY, percentileOf, weighWaiting } from "../../keeper/gas-policy.ts";
import { depositPatience, fundPatience, provePatience } from "../../keeper/patience.ts";
import { createSpendLimit } from "../../keeper/spend-limit.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { eth, keyOf, point } from "./samples.ts";

const gwei = (amount: number) => BigInt(amount) * 10n ** 9n;
const past = Array.from({ length: 10 }, (_, i) => gwei(i + 1));
const weigh = (now: number, ether: number) =>
  weighWaiting(
    { nextBaseFeeWei: gwei(now), pastBaseFeesWei: past },
    { waitingGwei: eth(ether), gas: 300_000n },
    DEFAULT_GAS_POLICY,
  );

describe("the gas policy of keepers", () => {
  it("takes the price that so many percent of the past are at or below", () => {
    expect([0, 10, 11, 60, 100].map((percent) => percentileOf(past, percent))).to.deep.equal(
      [1, 1, 2, 6, 10].map(gwei),
    );
    expect(percentileOf([], 50)).to.equal(undefined);
  });

  it("waits only while that saves more than the ether that waits would earn", () => {
    // 300,000 gas at 24 gwei more: 0.0072 ETH. 3 % a year on 32 ETH for four hours: 0.00043 ETH; on 2016: 0.0276 ETH.
    expect(weigh(30, 32)).to.include({ waits: true, usualFeeWei: gwei(6), savedWei: 300_000n * gwei(24) });
    expect(weigh(30, 2_016).waits).to.equal(false);
    expect(weigh(6, 0).waits).to.equal(false);
    expect(weigh(7, 0).waits).to.equal(true);
  });

  it("never waits for a price that is usual, nor longer for more ether", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3_000 }), (now, ether) => {
        if (now <= 6) expect(weigh(now, ether).waits).to.equal(false);
        if (!weigh(now, ether).waits) expect(weigh(now, ether + 1).waits).to.equal(false);
      }),
    );
  });

  describe("before a transaction", () => {
    const limit = (getFeeHistory: () => Promise<unknown>) =>
      createSpendLimit({
        client: { estimateFeesPerGas: async () => ({ maxFeePerGas: gwei(40) }), getFeeHistory } as never,
        maxFeePerGasWei: gwei(100),
        maxRunCostWei: 1n,
      });
    const dear = limit(async () => ({ baseFeePerGas: [...past, gwei(30)] }));
    const patience = { waitingGwei: eth(32), gas: 300_000n };

    it("holds back what may wait, and nothing else", async () => {
      expect(await thrownBy(() => dear.assertGasPrice(patience))).to.include({
        code: "GAS_WORTH_WAITING",
        retryable: true,
      });
      await dear.assertGasPrice();
      await dear.assertGasPrice({ ...patience, waitingGwei: eth(2_016) });
    });

    it("waits for nothing where the node does not tell", async () => {
      await limit(async () => Promise.reject(new Error("no such method"))).assertGasPrice(patience);
      await limit(async () => ({ baseFeePerGas: [] })).assertGasPrice(patience);
    });
  });

  it("counts the ether that each transaction holds up, and lets a lock of bond never wait", () => {
    expect(depositPatience({ deposits: 3 } as never).waitingGwei).to.equal(eth(96));
    const shown = (foreign: boolean) => ({ pubkey: keyOf(1), operatorId: 1, index: 1, foreign });
    expect(provePatience({ point, validators: [shown(false), shown(false)] })?.waitingGwei).to.equal(eth(64));
    expect(provePatience({ point, validators: [shown(false), shown(true)] })).to.equal(undefined);
    const topUp = { pubkey: keyOf(1), operatorId: 1, index: 1, amountGwei: eth(40), proves: false };
    expect(fundPatience({ kind: "fund", point, operatorId: 1, topUps: [topUp, topUp] })?.waitingGwei).to.equal(eth(80));
    expect(fundPatience({ kind: "advance", limit: 100 })).to.equal(undefined);
  });
});
