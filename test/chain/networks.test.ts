import { expect } from "chai";
import { bytesToHex, getAddress } from "viem";

import { NETWORKS, networkByName } from "../../chain/networks.ts";
import { loadStateTypes } from "../../chain/ssz/state-types.ts";
import { thrownBy } from "./support/thrown.ts";

/** The configurations inside Lodestar. Loaded late: whoever imports its packages first fixes the preset. */
async function shipped() {
  await loadStateTypes("minimal");
  const { genesisData, networksChainConfig } = await import("@lodestar/config/networks");
  const { minimalChainConfig } = await import("@lodestar/config/configs");
  return { genesisData, networksChainConfig, minimalChainConfig };
}

describe("networks", () => {
  for (const name of ["mainnet", "hoodi", "sepolia"] as const)
    it(`${name} is what a consensus client ships`, async () => {
      const { genesisData, networksChainConfig } = await shipped();
      const config = networksChainConfig[name];
      expect(NETWORKS[name]).to.deep.equal({
        name,
        chainId: config.DEPOSIT_CHAIN_ID,
        genesisForkVersion: bytesToHex(config.GENESIS_FORK_VERSION),
        capellaForkVersion: bytesToHex(config.CAPELLA_FORK_VERSION),
        genesisValidatorsRoot: genesisData[name].genesisValidatorsRoot,
        depositContract: getAddress(bytesToHex(config.DEPOSIT_CONTRACT_ADDRESS)),
        secondsPerSlot: config.SLOT_DURATION_MS / 1000,
        slotsPerEpoch: 32,
        preset: config.PRESET_BASE,
      });
    });

  it("devnet has the fork versions of the minimal configuration", async () => {
    const { minimalChainConfig } = await shipped();
    expect(NETWORKS.devnet.genesisForkVersion).to.equal(bytesToHex(minimalChainConfig.GENESIS_FORK_VERSION));
    expect(NETWORKS.devnet.capellaForkVersion).to.equal(bytesToHex(minimalChainConfig.CAPELLA_FORK_VERSION));
  });

  it("are found by name, and nothing else is", async () => {
    expect(networkByName("hoodi").chainId).to.equal(560048);
    expect((await thrownBy(() => networkByName("holesky"))).code).to.equal("UNKNOWN_NETWORK");
    expect((await thrownBy(() => networkByName("toString"))).code).to.equal("UNKNOWN_NETWORK");
  });
});
