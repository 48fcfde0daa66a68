import { expect } from "chai";
import fc from "fast-check";
import { parseEther } from "viem";

import { createQueueModel, type QueueModel } from "../support/queue-model.ts";
import { claim, finalizeArguments, queueStage, RAY, request, sumsOf } from "../support/queue-steps.ts";
import { addressOf, networkHelpers, viem, type Stage } from "../support/stage.ts";

const ETHER = parseEther("1");

/** One step of a history. Numbers without a unit choose among what there is at that moment. */
type Step =
  | { kind: "request"; amountWei: bigint; rateRay: bigint }
  | { kind: "finalize"; budget: Budget; rateRay: bigint; cut: number; hint: number }
  | { kind: "claim"; ticket: number; hint: number }
  | { kind: "transfer"; ticket: number }
  | { kind: "sweep" }
  | { kind: "wait"; seconds: number };
/** Money that ends exactly at the end of a request, by promise or by rate, and a wei beside it; or anywhere. */
type Budget = { kind: "promised" | "worth"; upTo: number; extraWei: bigint } | { kind: "any"; amountWei: bigint };

const rates = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt((RAY * 9n) / 10n, (RAY * 11n) / 10n) },
  { weight: 2, arbitrary: fc.constantFrom(RAY, RAY / 2n, 2n * RAY, RAY / 3n, RAY - 1n, RAY + 1n) },
  { weight: 1, arbitrary: fc.bigInt(RAY / 10n ** 6n, RAY * 10n ** 9n) },
);
const budgets: fc.Arbitrary<Budget> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("promised" as const, "worth" as const),
    upTo: fc.nat(20),
    extraWei: fc.bigInt(-2n, 2n),
  }),
  fc.record({ kind: fc.constant("any" as const), amountWei: fc.bigInt(0n, 50n * ETHER) }),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("request" as const),
      amountWei: fc.bigInt(ETHER / 100n, 20n * ETHER),
      rateRay: rates,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("finalize" as const),
      budget: budgets,
      rateRay: rates,
      cut: fc.nat(5),
      hint: fc.nat(30),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("claim" as const), ticket: fc.nat(20), hint: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("transfer" as const), ticket: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 500 }) }),
  },
);

describe("WithdrawalQueue model", () => {
  it("INV-02 INV-09 INC-28 any history pays to the wei what the model pays, and stays covered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30, size: "max" }), async (history) => {
        const s = await queueStage();
        const model = createQueueModel();
        for (const step of history) {
          await take(s, model, step);
          await compare(s, model);
        }
        await finish(s, model);
      }),
      { numRuns: Number(process.env["ETHSTAKE_FUZZ_RUNS"] ?? 60) },
    );
  }).timeout(600_000);
});

async function take(s: Stage, model: QueueModel, step: Step): Promise<void> {
  const count = model.requests.length;
  switch (step.kind) {
    case "request": {
      // As the pool does: what the shares are worth, rounded down.
      const shares = (step.amountWei * RAY) / step.rateRay + 1n;
      await request(s, { shares, amountWei: step.amountWei });
      const now = BigInt(await networkHelpers.time.latest());
      return model.request(shares, step.amountWei, now + BigInt(s.parameters.queue.minDelaySeconds));
    }
    case "finalize":
      return finalizeBoth(s, model, step);
    case "claim": {
      if (count === 0) return;
      const index = step.ticket % count;
      const requestId = BigInt(index) + 1n;
      const wanted = model.claim(index);
      if (wanted !== undefined) return void expect(await claim(s, requestId, BigInt(step.hint))).to.equal(wanted);
      const sent = s.queue.write.claim([requestId, BigInt(step.hint)]);
      const error = model.requests[index]?.burned === true ? "ERC721NonexistentToken" : "NothingToClaim";
      return viem.assertions.revertWithCustomErrorWithArgs(sent, s.queue, error, [requestId]);
    }
    case "transfer": {
      const index = count === 0 ? 0 : step.ticket % count;
      if (model.requests[index]?.burned !== false) return;
      const requestId = BigInt(index) + 1n;
      const owner = await s.queue.read.ownerOf([requestId]);
      const to = addressOf(s.accounts.stakers[step.ticket % 5] ?? s.accounts.stranger);
      const from = s.accounts.stakers.find((actor) => addressOf(actor).toLowerCase() === owner.toLowerCase());
      if (from === undefined) throw new Error(`Nobody here is ${owner}`);
      await s.queue.write.transferFrom([owner, to, requestId], { account: from.account });
      return;
    }
    case "sweep": {
      const { result } = await s.queue.simulate.sweepSurplus({ account: s.pool.address });
      expect(result).to.equal(model.sweep());
      await s.queue.write.sweepSurplus({ account: s.pool.address });
      return;
    }
    case "wait":
      await networkHelpers.time.increase(step.seconds);
  }
}

async function finalizeBoth(s: Stage, model: QueueModel, step: Extract<Step, { kind: "finalize" }>): Promise<void> {
  const { rateRay } = step;
  const budgetWei = budgetOf(model, step.budget, rateRay);
  const cutoff = cutoffOf(model, step.cut);
  const terms = { budgetWei, rateRay, cutoff };
  const right = await s.queue.read.finalizationHint([budgetWei, rateRay, cutoff]);
  const hint = step.hint > 20 ? right : BigInt(step.hint);
  const answers = await Promise.all(
    [0n, right, hint].map(async (given) => {
      const args = finalizeArguments({ ...terms, hint: given });
      return (await s.queue.simulate.finalize(args, { account: s.pool.address })).result;
    }),
  );
  const { shares, amountWei } = model.finalize(budgetWei, rateRay, cutoff);
  expect(amountWei <= budgetWei).to.equal(true);
  const waiting = model.queuedShares() > 0n;
  for (const answer of answers) expect(answer).to.deep.equal([shares, amountWei, waiting]);
  await s.queue.write.finalize(finalizeArguments({ ...terms, hint }), { account: s.pool.address });
  await s.queue.write.receiveEther({ account: s.pool.address, value: amountWei });
}

/** The money that the open requests up to one need, and a little more or less. */
function budgetOf(model: QueueModel, budget: Budget, rateRay: bigint): bigint {
  if (budget.kind === "any") return budget.amountWei;
  const open = model.requests.filter((r) => r.filledShares < r.shares).slice(0, budget.upTo);
  const promisedWei = open.reduce((sum, r) => sum + r.amountWei - (r.amountWei * r.filledShares) / r.shares, 0n);
  const shares = open.reduce((sum, r) => sum + r.shares - r.filledShares, 0n);
  const exactWei = budget.kind === "promised" ? promisedWei : (shares * rateRay + RAY - 1n) / RAY;
  // As much as the pool can hold at the most.
  const capped = exactWei > 2n ** 87n ? 2n ** 87n : exactWei;
  return capped + budget.extraWei > 0n ? capped + budget.extraWei : 0n;
}

/** The end of all time, or the very second of one of the newest requests, or the second before it. */
function cutoffOf({ requests }: QueueModel, cut: number): bigint {
  const newest = requests.at(-1 - (cut >> 1));
  if (cut < 2 || newest === undefined) return 2n ** 40n - 1n;
  return newest.eligibleAt - BigInt(cut & 1);
}

async function compare(s: Stage, model: QueueModel): Promise<void> {
  const { balanceWei, ...sums } = await sumsOf(s);
  expect(sums).to.deep.equal({
    ...model.sums,
    queuedShares: model.queuedShares(),
    unfinalizedEtherWei: model.unfinalizedEtherWei(),
  });
  expect(balanceWei).to.equal(sums.lockedWei + sums.surplusWei);
  let dueWei = 0n;
  await Promise.all(
    model.requests.map(async (r, index) => {
      if (r.burned) return;
      const got = await s.queue.read.getRequest([BigInt(index) + 1n]);
      const { owner: _, ...facts } = got;
      expect(facts).to.deep.equal({
        shares: r.shares,
        amountWei: r.amountWei,
        eligibleAt: r.eligibleAt,
        pendingShares: r.shares - r.filledShares,
        claimableWei: model.claimableWei(index),
      });
      dueWei += got.claimableWei;
    }),
  );
  expect(sums.lockedWei >= dueWei).to.equal(true);
}

/** Everything can be finalised and claimed in the end; what is left is dust of less than a wei a part. */
async function finish(s: Stage, model: QueueModel): Promise<void> {
  const step = { kind: "finalize", rateRay: RAY, cut: 0, hint: 0 } as const;
  await finalizeBoth(s, model, { ...step, budget: { kind: "any", amountWei: 2n ** 87n } });
  for (const [index, r] of model.requests.entries())
    if (!r.burned) await take(s, model, { kind: "claim", ticket: index, hint: 0 });
  await compare(s, model);
  const { lockedWei, queuedShares } = await sumsOf(s);
  expect(queuedShares).to.equal(0n);
  const parts = model.requests.reduce((sum, r) => sum + r.parts.length, 0);
  expect(Number(lockedWei)).to.be.at.most(parts);
}
