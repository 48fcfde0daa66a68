import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

const PROGRAM = join(import.meta.dirname, "../support/slash-in-client.ts");
const outcome = z.object({
  slashedAt: z.number(),
  withdrawableEpoch: z.number(),
  projected: z.array(z.string().transform(BigInt)),
  actual: z.string().transform(BigInt),
});

describe("oracle/decide/penalties, against the state transition of a real client", () => {
  it("projects what a slashed validator has at last", function () {
    this.timeout(60_000);
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], {
      env: { ...process.env, LODESTAR_PRESET: "minimal" },
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    const { slashedAt, withdrawableEpoch, projected, actual } = outcome.parse(JSON.parse(stdout));
    expect(withdrawableEpoch - slashedAt).to.equal(64);

    // Once the correlation penalty is paid and the effective balance has followed, to the gwei.
    const paid = projected.slice(-31);
    expect(new Set(paid)).to.deep.equal(new Set([actual]));
    // Before: a little below, so that no loss follows which nobody named. The effective balance falls with the correlation
    // penalty, and each attestation costs less after it.
    const lossGwei = 32_000_000_000n - actual;
    for (const valueGwei of projected) {
      expect(valueGwei <= actual, `${valueGwei} above ${actual}`).to.equal(true);
      expect((actual - valueGwei) * 500n < lossGwei, `${valueGwei} below ${actual}`).to.equal(true);
    }
  });
});
