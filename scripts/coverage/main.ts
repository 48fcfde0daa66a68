// `npm run coverage`: runs the contract tests on code that counts its lines, prints what ran of each contract, and fails
// when it is less than it must be.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { coverageTable, percentOf, readLcov, totalOf } from "./lcov.ts";

/** The least part of all lines of contracts/, in percent. */
const LEAST_PERCENT = 98;

const root = join(import.meta.dirname, "..", "..");
const lcov = join(root, "coverage", "lcov.info");
rmSync(lcov, { force: true });
// Counting costs gas.
const env = { ...process.env, GAS_BOUNDS: "off" };
const args = ["--config", "test/coverage/hardhat.config.ts", "test", "mocha", "--coverage"];
const { status, signal } = spawnSync("hardhat", args, { cwd: root, env, stdio: "inherit" });
if (status !== 0) {
  console.error(signal === null ? "Mend the tests: coverage counts only when they pass" : `The tests were ended by ${signal}`);
  process.exit(status ?? 1);
}

const files = readLcov(readFileSync(lcov, "utf8"), "contracts/");
console.log(`\n${coverageTable(files)}`);
if (percentOf(totalOf(files)) < LEAST_PERCENT) {
  console.error(`Less than ${LEAST_PERCENT} % of the lines of contracts/ ran`);
  process.exitCode = 1;
}
