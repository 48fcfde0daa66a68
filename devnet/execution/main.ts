// The execution client's process. Started by devnet/start.ts.
import { announceReady, exitWithParent, receiveSettings } from "../child-process.ts";
import { executionSettings } from "../settings.ts";
import { createExecutionClient } from "./client.ts";
import { buildExecutionGenesis } from "./genesis.ts";
import { createOverrides } from "./rpc/overrides.ts";
import { listen } from "./servers.ts";

exitWithParent();
const settings = await receiveSettings(executionSettings);
const balances = new Map(settings.balances.map(({ address, balanceWei }) => [address, balanceWei]));
const client = await createExecutionClient(buildExecutionGenesis(balances), settings.logLevel);
const ports = await listen({ client, overrides: createOverrides(client), ...settings });
announceReady(ports);
