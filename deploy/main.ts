// From source to addresses: `node deploy/main.ts --network hoodi --people people.json`, see docs/deployment.md.
import { EthStakeError } from "../runtime/errors.ts";
import { readDeployConfig, readDeployerKey } from "./config.ts";
import { devnetPeople } from "./devnet-people.ts";
import { deployProtocol, prepareDeployment } from "./index.ts";
import { loadPeople } from "./people.ts";
import { planText } from "./plan.ts";

try {
  const { peopleFile, outFile, dryRun, ...nodes } = readDeployConfig(process.argv.slice(2), process.env);
  const people = peopleFile === undefined ? devnetPeople() : await loadPeople(peopleFile);
  if (dryRun) {
    process.stdout.write(planText(await prepareDeployment({ ...nodes, people })));
  } else {
    const { contracts } = await deployProtocol({
      ...nodes,
      people,
      outFile,
      deployerKey: readDeployerKey(process.env),
      onProgress: ({ step, done, total }) => console.error(`${done}/${total} ${step}`),
    });
    console.log(`The protocol stands, the deployer holds no role. Addresses: ${outFile}`);
    console.table(contracts);
  }
} catch (error) {
  if (!(error instanceof EthStakeError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
