import type { ProtocolParameters } from "./parameters/types.ts";
import type { ChainFacts } from "./chain.ts";

// One definition of what every contract is built with. `Ref` is an address, or a promise of one (an Ignition future).

/** The five proxies and what is beside them. */
export type Proxies<Ref> = { pool: Ref; queue: Ref; registry: Ref; manager: Ref; distribution: Ref };
export const PROXY_NAMES = ["pool", "queue", "registry", "manager", "distribution"] as const;
export type ProxyName = (typeof PROXY_NAMES)[number];
export type Contracts<Ref> = Proxies<Ref> & {
  token: Ref;
  withdrawalVault: Ref;
  executionRewardsVault: Ref;
  beaconProofs: Ref;
  depositVerifier: Ref;
  validatorExits: Ref;
  coverFund: Ref;
};

/** Contract behind each proxy. */
export const IMPLEMENTATIONS = {
  pool: "StakingPool",
  queue: "WithdrawalQueue",
  registry: "OperatorRegistry",
  manager: "ValidatorManager",
  distribution: "RewardDistribution",
} as const satisfies Record<ProxyName, string>;

/** Constructor arguments of each implementation. */
export function constructorArguments<Ref>(
  c: Contracts<Ref>,
  chain: ChainFacts,
  parameters: Pick<ProtocolParameters, "frame">,
) {
  const { genesisTime, secondsPerSlot } = seconds(chain);
  const { token, pool, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault } = c;
  const { coverFund, beaconProofs, depositVerifier, validatorExits } = c;
  const vaults = { withdrawalVault, executionRewardsVault };
  return {
    pool: [{ token, queue, registry, manager, distribution, ...vaults, coverFund }],
    queue: [{ pool, manager, distribution, ...vaults }],
    registry: [
      { token, pool, manager, distribution, coverFund },
      { genesisTime, secondsPerSlot, ...parameters.frame },
    ],
    manager: [
      {
        pool,
        registry,
        distribution,
        validatorExits,
        withdrawalVault,
        depositContract: chain.depositContract,
        beaconProofs,
        depositVerifier,
      },
      { secondsPerSlot, genesisForkVersion: chain.genesisForkVersion },
    ],
    distribution: [
      { token, pool, queue, registry, manager, ...vaults, coverFund },
      { genesisTime, secondsPerSlot, ...parameters.frame },
    ],
  } as const;
}

/** Constructor arguments of the contract that proves facts about validators. */
export function beaconProofsArguments(chain: ChainFacts, { beacon }: ProtocolParameters) {
  const { genesisTime, secondsPerSlot } = seconds(chain);
  const { containerSlot, progressiveSlot, closingSlot } = beacon;
  return [genesisTime, secondsPerSlot, { containerSlot, progressiveSlot, closingSlot }] as const;
}

/** Constructor arguments of the rules of exits. */
export function validatorExitsArguments<Ref>(
  c: Proxies<Ref> & Pick<Contracts<Ref>, "withdrawalVault" | "executionRewardsVault" | "beaconProofs">,
  { beacon: { slotsPerEpoch, shardCommitteePeriod } }: ProtocolParameters,
) {
  const { pool, queue, registry, manager, withdrawalVault, executionRewardsVault, beaconProofs } = c;
  return [
    { pool, queue, registry, manager, withdrawalVault, executionRewardsVault, beaconProofs },
    { slotsPerEpoch, shardCommitteePeriod },
  ] as const;
}

/** Arguments of each `initialize`. `pool` is also sent `parameters.initialLockedWei`. */
export function initializeArguments<Ref>(
  { authority, committee }: { authority: Ref; committee: Ref },
  start: { refSlot: bigint; refSlotTimestamp: bigint },
  { pool, queue, registry, manager, distribution }: ProtocolParameters,
) {
  return {
    pool: [{ authority, limits: pool, refSlotTimestamp: start.refSlotTimestamp }],
    queue: [authority, queue],
    registry: [authority, registry],
    manager: [authority, manager],
    distribution: [{ authority, parameters: distribution, committee, lastRefSlot: start.refSlot }],
  } as const;
}

function seconds({ genesisTime, secondsPerSlot }: ChainFacts) {
  return { genesisTime: BigInt(genesisTime), secondsPerSlot: BigInt(secondsPerSlot) };
}
