import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";

import hardhatIgnitionViem from "@nomicfoundation/hardhat-ignition-viem";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { configVariable, defineConfig } from "hardhat/config";
import { toHex } from "viem";

import { quickSolidity } from "./test/support/quick-solidity.ts";

// With `path`, Hardhat uses the compiler from npm and asks no server for a list of compilers.
const solc = {
  version: "0.8.34",
  path: createRequire(import.meta.url).resolve("solc/soljson.js"),
  // viaIR from the start: legacy code generation runs out of stack in these contracts.
  // evmVersion prague: what the execution client of the devnet runs; osaka and later run it unchanged.
  // Optimised for running, not for deploying: every operation is paid by somebody, every day.
  settings: { evmVersion: "prague", viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } },
};
// The largest contracts would be larger than the chain takes (EIP-170).
const withRuns = (runs: number) => ({ ...solc, settings: { ...solc.settings, optimizer: { enabled: true, runs } } });
const overrides = {
  "contracts/StakingPool.sol": withRuns(6000),
  "contracts/WithdrawalQueue.sol": withRuns(6000),
  "contracts/RewardDistribution.sol": withRuns(1000),
  "contracts/OperatorRegistry.sol": withRuns(200),
  "contracts/ValidatorManager.sol": withRuns(200),
};

// `npm test` makes the same few campaigns every time. `npm run fuzz` sets FUZZ_SECONDS and makes others each time; with
// the FUZZ_SEED that it prints it makes them again.
const fuzzSeconds = Number(process.env["FUZZ_SECONDS"] ?? 0);
const fuzzSeed = process.env["FUZZ_SEED"] ?? (fuzzSeconds > 0 ? toHex(randomBytes(32)) : undefined);
if (fuzzSeed !== undefined) console.log(`FUZZ_SEED=${fuzzSeed}`);
const campaign = fuzzSeconds > 0 ? { runs: 1_000_000, depth: 400, timeout: fuzzSeconds } : { runs: 10, depth: 150 };

export default defineConfig({
  plugins: [
    hardhatViem,
    hardhatViemAssertions,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatIgnitionViem,
    hardhatKeystore,
    hardhatVerify,
    quickSolidity("test/invariants"),
  ],
  // Doubles and harnesses of the tests are compiled, but never live in contracts/.
  paths: {
    sources: { solidity: ["contracts", "test/contracts/harness"] },
    ignition: "deploy",
    tests: { mocha: "test/contracts", solidity: "test/invariants" },
  },
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
    ],
    // The same settings in both profiles: what is tested is what is deployed.
    profiles: {
      default: { compilers: [solc], overrides },
      production: { compilers: [solc], overrides, isolated: false },
    },
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: 256, ...(fuzzSeed === undefined ? {} : { seed: fuzzSeed }) },
      // A failing campaign is made shorter by trying; more tries than these take minutes.
      invariant: { ...campaign, failOnRevert: true, shrinkRunLimit: 300 },
    },
  },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    hoodi: {
      type: "http",
      chainType: "l1",
      url: configVariable("HOODI_RPC_URL"),
      accounts: [configVariable("HOODI_PRIVATE_KEY")],
    },
    mainnet: {
      type: "http",
      chainType: "l1",
      url: configVariable("MAINNET_RPC_URL"),
      accounts: [configVariable("MAINNET_PRIVATE_KEY")],
    },
  },
});
