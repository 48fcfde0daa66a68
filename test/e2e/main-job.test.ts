import { expect } from "chai";

import type { Result } from "../../scripts/main-job/result.ts";
import { runMainJob } from "../../scripts/main-job/run.ts";
import { summaryDocument } from "../../scripts/main-job/summary.ts";

// What `npm start` plays, judged figure by figure. The network is real; nothing here is a double.
describe("main job, on a real network", () => {
  let result: Result;
  let output = "";

  before(async () => {
    result = await runMainJob({
      write: (text) => {
        output += text;
        if (process.env["E2E_VERBOSE"] !== undefined) process.stdout.write(text);
      },
      live: false,
      signal: new AbortController().signal,
    });
  });

  it("INV-01 adds up to the wei, in the contracts and on the beacon chain", () => {
    expect(result.books.sheet.differenceWei).to.equal(0n);
    expect(result.rateAfter).to.equal(result.rateFromBeacon);
    expect(result.books.beacon.balancesGwei > 0n, "validators hold ether").to.equal(true);
  });

  it("holds every invariant that can be read off the chain", () => {
    expect(result.invariants.length).to.be.greaterThan(10);
    expect(result.invariants.filter(({ held }) => !held)).to.deep.equal([]);
    expect(result.ok).to.equal(true);
  });

  it("raises the rate by what the beacon chain paid plus tips", () => {
    const settled = result.books.events.settlements.map(({ args }) => args.settlement);
    const tipsWei = settled.reduce((sum, { executionRewardsWei }) => sum + executionRewardsWei, 0n);
    const rewardsWei = settled.reduce((sum, { rewardsWei: reward }) => sum + reward, 0n);
    expect(result.rateAfter > result.rateBefore).to.equal(true);
    expect(tipsWei > 0n, "tips arrived").to.equal(true);
    expect(rewardsWei - tipsWei).to.equal(result.books.sheet.beaconRewardsWei);
  });

  it("INC-39 burns the bond of the operator that was offline, and of nobody else", () => {
    const [alder, birch] = result.operators;
    expect(alder?.burnedShares).to.equal(0n);
    expect(birch && birch.burnedShares > 0n).to.equal(true);
    expect(birch?.lockedShares).to.equal(0n);
  });

  it("pays those who left no more than they asked for, and leaves nobody with a loss", () => {
    const left = result.stakers.filter(({ claimedWei }) => claimedWei > 0n).map(({ name }) => name);
    expect(left).to.deep.equal(["Ada", "Dan"]);
    for (const { name, gainWei } of result.stakers) expect(gainWei > 0n, name).to.equal(true);
  });

  it("used both kinds of EIP-7002 request, and settled the exit", () => {
    expect(result.gas).to.include.keys("ValidatorManager.requestExit", "ValidatorManager.requestPartialWithdrawal");
    const { beacon, events } = result.books;
    const exited = beacon.validators.filter(({ balanceGwei }) => balanceGwei === 0n).map(({ pubkey }) => pubkey);
    expect(exited).to.have.length(1);
    const staying = events.deposits.filter(({ pubkey }) => !exited.includes(pubkey));
    const fundedGwei = result.operators.reduce((sum, operator) => sum + operator.fundedGwei, 0n);
    expect(fundedGwei).to.equal(staying.reduce((sum, { amountGwei }) => sum + amountGwei, 0n));
    expect(fundedGwei > 0n).to.equal(true);
  });

  it("pays both operators their part of the fee", () => {
    for (const { claimedFeeShares, name } of result.operators) expect(claimedFeeShares > 0n, name).to.equal(true);
  });

  it("tells its story with slots and times, and has a document for programs", () => {
    expect(output).to.match(/ s {2}slot +\d+ {2}frame of slot \d+ settled: rewards/);
    const document = summaryDocument(result, 1);
    expect(document).to.include.keys("ok", "seconds", "rateBefore", "rateAfter", "rateFromBeacon");
    expect(document).to.include.keys("stakers", "operators", "gas", "invariants");
  });
});
