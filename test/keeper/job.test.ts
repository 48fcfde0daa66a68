import { expect } from "chai";
import { createPublicClient, http } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { createSilentLogger } from "../../runtime/logger.ts";
import type { Mined } from "../../chain/execution/transact.ts";
import { createJob } from "../../keeper/job.ts";
import { createSpendLimit } from "../../keeper/spend-limit.ts";

const limitAt = (maxFeePerGas: bigint, maxRunCostWei = 1_000n) =>
  createSpendLimit({
    client: { estimateFeesPerGas: async () => ({ maxFeePerGas, maxPriorityFeePerGas: 0n }) } as never,
    maxFeePerGasWei: 50n,
    maxRunCostWei,
  });
const mined = { hash: "0x01", gasUsed: 10n, costWei: 300n } as unknown as Mined;
const jobOf = (acts: number[], { limit = limitAt(50n), failAt = -1 } = {}) =>
  createJob({
    name: "prove",
    read: async () => [1, 2, 3],
    decide: (numbers) => ({ intents: numbers, reasons: [{ code: "SOME", message: "Some reason" }] }),
    describe: (n) => `Do ${n}`,
    act: async (n) => {
      if (n === failAt) throw new EthStakeError("CONTRACT_REVERTED", "refused");
      acts.push(n);
      return mined;
    },
    limit,
    logger: createSilentLogger(),
  });

describe("a job", () => {
  it("sends each intent in order and tells of all, with the reasons", async () => {
    const acts: number[] = [];
    const limit = limitAt(50n);
    const result = await jobOf(acts, { limit }).run({ dryRun: false });
    expect(acts).to.deep.equal([1, 2, 3]);
    expect(result.actions.map(({ summary, mined: sent }) => [summary, sent?.costWei])).to.deep.equal([
      ["Do 1", 300n],
      ["Do 2", 300n],
      ["Do 3", 300n],
    ]);
    expect(result.reasons).to.have.length(1);
    expect([limit.spentWei(), limit.leftWei()]).to.deep.equal([900n, 100n]);
  });

  it("says in one line what to do about a node that is not there, whichever call it was", async () => {
    const client = createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
    const job = createJob({
      ...{ name: "prove", describe: () => "", act: async () => mined, limit: limitAt(50n) },
      read: () => client.getBlock(),
      decide: () => ({ intents: [], reasons: [] }),
      logger: createSilentLogger(),
    });
    const { error } = await job.run({ dryRun: false });
    expect(error).to.include({ code: "EXECUTION_UNREACHABLE", retryable: true });
    expect(error?.message).to.equal("Job prove: the node does not answer; start it or name another");
  });

  it("stops before it acts in a dry run", async () => {
    const acts: number[] = [];
    const { actions } = await jobOf(acts).run({ dryRun: true });
    expect(acts).to.be.empty;
    expect(actions.map(({ summary, mined: sent }) => [summary, sent])).to.deep.equal([
      ["Do 1", undefined],
      ["Do 2", undefined],
      ["Do 3", undefined],
    ]);
  });

  it("ends at the first that fails, keeps what was sent, and does not throw", async () => {
    const acts: number[] = [];
    const { actions, error } = await jobOf(acts, { failAt: 2 }).run({ dryRun: false });
    expect(acts).to.deep.equal([1]);
    expect(actions).to.have.length(1);
    expect(error).to.include({ code: "CONTRACT_REVERTED" });
  });

  it("sends nothing while gas is dear", async () => {
    const acts: number[] = [];
    const { error } = await jobOf(acts, { limit: limitAt(51n) }).run({ dryRun: false });
    expect(acts).to.be.empty;
    expect(error).to.include({ code: "GAS_PRICE_HIGH", retryable: true });
  });

  it("ends when the signal fires", async () => {
    const acts: number[] = [];
    const { error } = await jobOf(acts).run({ dryRun: false, signal: AbortSignal.abort() });
    expect(acts).to.be.empty;
    expect(error).to.include({ code: "ABORTED" });
  });
});

describe("the cost limit of a run", () => {
  it("never leaves less than nothing, and begins anew with each run", () => {
    const limit = limitAt(1n, 500n);
    limit.add(600n);
    expect(limit.leftWei()).to.equal(0n);
    limit.reset();
    expect([limit.spentWei(), limit.leftWei()]).to.deep.equal([0n, 500n]);
  });
});
