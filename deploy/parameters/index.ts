import type { NetworkName } from "../../chain/networks.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { checkParameters } from "./check.ts";
import { devnet } from "./devnet.ts";
import { hoodi } from "./hoodi.ts";
import { mainnet } from "./mainnet.ts";
import type { ParameterOverrides, ProtocolParameters } from "./types.ts";

export type { ParameterOverrides, ProtocolParameters } from "./types.ts";

export type ParameterOptions = {
  network: NetworkName;
  /** Of the chain that is deployed on. Default 12. */
  secondsPerSlot?: number;
  overrides?: ParameterOverrides;
};

/**
 * The numbers of a network, with overrides put in, checked against each other.
 *
 * @example
 * const parameters = parametersOf({ network: "devnet", overrides: { distribution: { operatorFeeBps: 300 } } });
 */
export function parametersOf({ network, secondsPerSlot = 12, overrides = {} }: ParameterOptions): ProtocolParameters {
  const base = baseOf(network, secondsPerSlot);
  const parameters: ProtocolParameters = {
    network,
    initialLockedWei: overrides.initialLockedWei ?? base.initialLockedWei,
    beacon: { ...base.beacon, ...overrides.beacon },
    frame: { ...base.frame, ...overrides.frame },
    pool: { ...base.pool, ...overrides.pool },
    queue: { ...base.queue, ...overrides.queue },
    registry: { ...base.registry, ...overrides.registry },
    manager: { ...base.manager, ...overrides.manager },
    distribution: { ...base.distribution, ...overrides.distribution },
    delays: { ...base.delays, ...overrides.delays },
  };
  checkParameters(parameters, secondsPerSlot);
  return parameters;
}

function baseOf(network: NetworkName, secondsPerSlot: number): ProtocolParameters {
  switch (network) {
    case "mainnet":
      return mainnet;
    case "hoodi":
      return hoodi;
    case "devnet":
      return devnet(secondsPerSlot);
    case "sepolia":
      throw new EthStakeError(
        "NO_PARAMETERS",
        "Write deploy/parameters/sepolia.ts first: nobody has chosen its numbers",
      );
  }
}
