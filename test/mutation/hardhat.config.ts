// Runs the contract tests on artifacts of another folder: those of a mutant.
import { defineConfig } from "hardhat/config";

import config from "../../hardhat.config.ts";

const artifacts = process.env["MUTANT_ARTIFACTS"];
if (artifacts === undefined) throw new Error("MUTANT_ARTIFACTS names the folder of the mutant's artifacts");

export default defineConfig({
  ...config,
  paths: { ...config.paths, artifacts },
  // One failure is enough; a mutant that waits for what never comes is not worth two minutes.
  test: { ...config.test, mocha: { timeout: 60_000, bail: true } },
  networks: {
    ...config.networks,
    // Code that is not optimised is larger.
    default: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      allowUnlimitedContractSize: true,
      transactionGasCap: false,
      blockGasLimit: 200_000_000n,
    },
  },
});
