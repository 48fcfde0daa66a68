import { buildModule } from "@nomicfoundation/ignition-core";

/**
 * The AccessManager, and five proxies on a seed: with them all addresses are known that the implementations hold as
 * immutables. Until `contracts` replaces the seeds, nobody but the deployer can do anything with a proxy.
 */
export const foundation = buildModule("Foundation", (m) => {
  const accessManager = m.contract("AccessManager", [m.getAccount(0)]);
  const seed = m.contract("ProxySeed");
  const reserve = m.encodeFunctionCall(seed, "reserve");
  const proxy = (id: string) => m.contract("ERC1967Proxy", [seed, reserve], { id });
  return {
    accessManager,
    seed,
    pool: proxy("PoolProxy"),
    queue: proxy("QueueProxy"),
    registry: proxy("RegistryProxy"),
    manager: proxy("ManagerProxy"),
    distribution: proxy("DistributionProxy"),
  };
});
