// Runs contract tests over and over in one process, each time on what the artifacts then are: starting Hardhat takes
// longer than most tests. Its parent sends lists of files and gets how they ended.
import { resolve } from "node:path";

import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import Mocha from "mocha";

import type { Run } from "../../scripts/mutate/test-bench.ts";

type Provider = Pick<NetworkConnection["provider"], "request">;

/** Chains of the tests with the state in which each began. */
const chains: { provider: Provider; forgetFixtures: () => void; start: string }[] = [];
const suites = new Map<string, Mocha>();

const create = hre.network.create.bind(hre.network);
hre.network.create = async (given) => {
  const connection = await create(given);
  const { provider, networkHelpers } = connection;
  chains.push({
    provider,
    forgetFixtures: () => networkHelpers.clearSnapshots(),
    start: await snapshot(provider),
  });
  return connection;
};

process.on("disconnect", () => process.exit(0));
process.on("message", (files: string[]) => {
  runAll(files).then((run) => process.send?.(run));
});

async function runAll(files: readonly string[]): Promise<Run> {
  for (const file of files) {
    const suite = suites.get(file) ?? (await load(file));
    await restart();
    const failed = await new Promise<string | undefined>((done) => {
      let first: string | undefined;
      const runner = suite.run(() => done(first));
      runner.on("fail", (test, error: Error) => (first ??= `${test.title}: ${error.message}`));
    });
    if (failed !== undefined) return { ended: "failed", file, test: failed };
  }
  return { ended: "passed" };
}

/** Says nothing: the parent says it. */
class Silent extends Mocha.reporters.Base {}

async function load(file: string): Promise<Mocha> {
  const suite = new Mocha({ ...hre.config.test.mocha, reporter: Silent });
  suite.cleanReferencesAfterRun(false);
  suite.addFile(resolve(file));
  await suite.loadFilesAsync();
  suites.set(file, suite);
  return suite;
}

/** Every chain begins anew, and no fixture is remembered: it would have the contracts of another mutant. */
async function restart(): Promise<void> {
  for (const chain of chains) {
    await chain.provider.request({ method: "evm_revert", params: [chain.start] });
    chain.start = await snapshot(chain.provider);
    chain.forgetFixtures();
    // Its first block is as old as this process; a fixture that begins there would find that hours have passed.
    await chain.provider.request({ method: "evm_mine", params: [] });
  }
}

async function snapshot(provider: Provider): Promise<string> {
  return String(await provider.request({ method: "evm_snapshot", params: [] }));
}
