// The execution client's process. Started by devnet/start.ts.
import { runChild } from "../child-process.ts";
import { executionSettings } from "../settings.ts";
import { createExecutionClient } from "./client.ts";
import { buildExecutionGenesis } from "./genesis.ts";
import { createOverrides } from "./rpc/overrides.ts";
import { listen } from "./servers.ts";

await runChild(executionSettings, async (settings) => {
  const balances = new Map(settings.balances.map(({ address, balanceWei }) => [address, balanceWei]));
  const client = await createExecutionClient(buildExecutionGenesis(balances), settings.logLevel);
  return listen({ client, overrides: createOverrides(client), ...settings });
});
