import { startHealthServer } from "../runtime/health-server.ts";
import { startMetricsServer } from "../runtime/metrics-server.ts";
import type { Keeper } from "./app.ts";
import type { KeeperConfig } from "./config.ts";

/** Shows metrics and health of a keeper that runs on, where its configuration says. Answers what ends that. */
export async function serveKeeper(
  { monitor }: Pick<Keeper, "monitor">,
  config: Pick<KeeperConfig, "metrics" | "health">,
): Promise<() => Promise<void>> {
  const metrics = await startMetricsServer(config.metrics, monitor.metricsText);
  const health = await startHealthServer(config.health, monitor.health).catch(async (error: unknown) => {
    await metrics?.close();
    throw error;
  });
  return async () => {
    await Promise.all([metrics?.close(), health?.close()]);
  };
}
