import { expect } from "chai";

import { devnet } from "../../deploy/parameters/devnet.ts";
import { parametersOf, type ParameterOverrides } from "../../deploy/parameters/index.ts";
import { thrownBy } from "../chain/support/thrown.ts";

describe("parameters", () => {
  it("fit together on every network, and on a devnet of short slots", () => {
    for (const network of ["mainnet", "hoodi", "devnet"] as const)
      expect(parametersOf({ network }).network).to.equal(network);
    for (const secondsPerSlot of [1, 2, 6]) expect(parametersOf({ network: "devnet", secondsPerSlot }).network);
  });

  it("keep what the design fixes", () => {
    const { frame, distribution, queue, manager } = parametersOf({ network: "mainnet" });
    expect(frame).to.deep.equal({ slotsPerFrame: 225n * 32n, framesPerPeriod: 28n });
    expect(distribution.operatorFeeBps).to.equal(500);
    expect(queue.minDelaySeconds).to.equal(86_400);
    expect(manager.maxProofAgeSeconds).to.equal(3_600);
  });

  it("take overrides part by part and leave the rest", () => {
    const base = devnet();
    const { distribution, pool } = parametersOf({
      network: "devnet",
      overrides: { distribution: { operatorFeeBps: 300 } },
    });
    expect(distribution).to.deep.equal({ ...base.distribution, operatorFeeBps: 300 });
    expect(pool).to.deep.equal(base.pool);
  });

  it("are refused for a network that nobody chose numbers for", async () => {
    expect((await thrownBy(() => parametersOf({ network: "sepolia" }))).code).to.equal("NO_PARAMETERS");
  });

  const broken: Record<string, ParameterOverrides> = {
    initialLockedWei: { initialLockedWei: 0n },
    "a frame": { frame: { framesPerPeriod: 0n } },
    claimDelaySeconds: { distribution: { claimDelaySeconds: 385 } },
    maxReportAgeSeconds: { pool: { maxReportAgeSeconds: 1_535 } },
    bondExitDelaySeconds: { registry: { bondExitDelaySeconds: 2_303 } },
    APPEALS: { registry: { appealWindowSeconds: 60 } },
    guardian: { delays: { roleSeconds: { ...devnet().delays.roleSeconds, GUARDIAN: 1 } } },
    minRequestWei: { queue: { minRequestWei: 1_000n * 10n ** 18n } },
    "stake cap": { pool: { stakeCapWei: 1n } },
    maxStockPerOperator: { manager: { maxStockPerOperator: 65 } },
  };
  for (const [rule, overrides] of Object.entries(broken))
    it(`are refused when they break the rule about ${rule}`, async () => {
      const error = await thrownBy(() => parametersOf({ network: "devnet", overrides }));
      expect(error.code).to.equal("PARAMETERS_INVALID");
      expect(error.details["broken"]).to.have.lengthOf(1);
      expect(error.message).to.include(rule);
    });
});
