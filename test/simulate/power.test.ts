import { expect } from "chai";

import { missingReport, oracleCrash } from "../../scripts/simulate/faults/programs.ts";
import type { PlannedFault } from "../../scripts/simulate/plan/plan.ts";
import type { World } from "../../scripts/simulate/world.ts";

function worldOf(count: number) {
  const oracles = Array.from({ length: count }, (_, i) => {
    const oracle = {
      name: `oracle ${i + 1}`,
      running: true,
      gaveUp: false,
      start: () => void (oracle.running = true),
      kill: async () => void (oracle.running = false),
    };
    return oracle;
  });
  return { oracles, world: { stage: { oracles }, withoutPower: new Map() } as unknown as World };
}

const crash: PlannedFault = { kind: "oracle-crash", slot: 1, endSlot: 9, who: 0.99, size: 0 };
const missing: PlannedFault = { kind: "missing-report", slot: 2, endSlot: 5, who: 0, size: 0 };

describe("simulation, members without power", () => {
  it("leaves a member down until the last fault that killed it is over", async () => {
    const { oracles, world } = worldOf(2);
    const running = () => oracles.map((oracle) => oracle.running);
    expect(await oracleCrash.begin(world, crash)).to.equal(true);
    expect(running()).to.deep.equal([true, false]);
    expect(await missingReport.begin(world, missing)).to.equal(true);
    expect(running()).to.deep.equal([false, false]);
    await oracleCrash.end?.(world, crash);
    expect(running()).to.deep.equal([false, false]);
    await missingReport.end?.(world, missing);
    expect(running()).to.deep.equal([true, true]);
  });

  it("passes a crash over when nobody is left", async () => {
    const { world } = worldOf(0);
    expect(await oracleCrash.begin(world, crash)).to.equal(false);
  });
});
