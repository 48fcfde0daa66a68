import { expect } from "chai";

import { readKeeperConfig } from "../../keeper/config.ts";
import { keeperSettings } from "../../scripts/simulate/set-world.ts";

describe("simulation, the keeper's settings", () => {
  it("INV-17 keep what it has sent in the folder of the run: another run is another chain", () => {
    const gates = { execution: { url: "http://127.0.0.1:1" }, beacon: { url: "http://127.0.0.1:2" } };
    const stage = { deploymentFile: "/run/deployment.json", folder: "/run", oracles: [{ url: "http://127.0.0.1:3" }] };
    const { store } = readKeeperConfig(keeperSettings(stage, gates));
    expect(store).to.deep.equal({ folder: "/run/keeper/database" });
  });
});
