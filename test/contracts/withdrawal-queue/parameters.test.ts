import { expect } from "chai";
import { parseEther } from "viem";

import { queueStage } from "../support/queue-steps.ts";
import { viem, type Stage } from "../support/stage.ts";

const WEEK = 7 * 86_400;

describe("WithdrawalQueue setParameters", () => {
  const administrator = (s: Stage) => ({ account: s.accounts.roles.PARAMETERS.account });
  const GOOD = { minDelaySeconds: 1_000, minRequestWei: 5n, maxRequestWei: parseEther("200") };

  it("setParameters changes the parameters", async () => {
    const s = await queueStage();
    const sent = s.queue.write.setParameters([GOOD], administrator(s));
    await viem.assertions.emitWithArgs(sent, s.queue, "ParametersChanged", [GOOD]);
    expect(await s.queue.read.parameters()).to.deep.equal(GOOD);
  });

  it("setParameters takes the hard bounds themselves", async () => {
    const s = await queueStage();
    for (const change of [
      { minDelaySeconds: 0 },
      { minDelaySeconds: WEEK },
      { minRequestWei: 1n },
      { minRequestWei: parseEther("1") },
      { maxRequestWei: parseEther("100") },
      { maxRequestWei: 2n ** 96n - 1n },
    ])
      await s.queue.write.setParameters([{ ...GOOD, ...change }], administrator(s));
  });

  it("setParameters reverts beyond the hard bounds", async () => {
    const s = await queueStage();
    for (const [change, got, bound] of [
      [{ minDelaySeconds: WEEK + 1 }, BigInt(WEEK + 1), BigInt(WEEK)],
      [{ minRequestWei: 0n }, 0n, parseEther("1")],
      [{ minRequestWei: parseEther("1") + 1n }, parseEther("1") + 1n, parseEther("1")],
      [{ maxRequestWei: parseEther("100") - 1n }, parseEther("100") - 1n, parseEther("100")],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.queue.write.setParameters([{ ...GOOD, ...change }], administrator(s)),
        s.queue,
        "ParameterOutOfBounds",
        [got, bound],
      );
  });
});
