import { createRequire } from "node:module";

import {
  buildModule,
  type Artifact,
  type ContractAtFuture,
  type ContractDeploymentFuture,
  type IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { encodeFunctionData, keccak256, stringToHex, zeroAddress, type Hex } from "viem";

import { safeAbi } from "../abi.ts";
import type { Multisig, People } from "../people.ts";

const require = createRequire(import.meta.url);
// The bytecode that Safe itself published as 1.4.1.
const safeArtifact = require("@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json") as Artifact;
const factoryArtifact =
  require("@safe-global/safe-contracts/build/artifacts/contracts/proxies/SafeProxyFactory.sol/SafeProxyFactory.json") as Artifact;

const DEFAULT_ADMIN_ROLE: Hex = `0x${"00".repeat(32)}`;
const CANCELLER_ROLE = keccak256(stringToHex("CANCELLER_ROLE"));

type Safes = { singleton: ContractDeploymentFuture; factory: ContractDeploymentFuture };

/**
 * The multisigs and the administrator's timelock: the administrator proposes and executes, administrator and guardian
 * may cancel, and nobody is its admin but itself.
 */
export function peopleModule(people: Pick<People, "administrator" | "guardian">, timelockSeconds: number) {
  return buildModule("People", (m) => {
    const needsSafes = "owners" in people.administrator || "owners" in people.guardian;
    const safes = needsSafes
      ? { singleton: m.contract("Safe", safeArtifact), factory: m.contract("SafeProxyFactory", factoryArtifact) }
      : undefined;
    const administrator = multisig(m, "Administrator", people.administrator, safes);
    const guardian = multisig(m, "Guardian", people.guardian, safes);

    const deployer = m.getAccount(0);
    const timelock = m.contract("TimelockController", [timelockSeconds, [administrator], [administrator], deployer]);
    const guarded = m.call(timelock, "grantRole", [CANCELLER_ROLE, guardian]);
    m.call(timelock, "renounceRole", [DEFAULT_ADMIN_ROLE, deployer], { after: [guarded] });

    return { administrator, guardian, timelock };
  });
}

function multisig(
  m: IgnitionModuleBuilder,
  name: string,
  wanted: Multisig,
  safes: Safes | undefined,
): ContractAtFuture {
  if ("address" in wanted || safes === undefined)
    return m.contractAt("Safe", safeArtifact, "address" in wanted ? wanted.address : zeroAddress, { id: name });
  const { owners, threshold } = wanted;
  const setup = encodeFunctionData({
    abi: safeAbi,
    functionName: "setup",
    args: [owners, BigInt(threshold), zeroAddress, "0x", zeroAddress, zeroAddress, 0n, zeroAddress],
  });
  // The salt keeps two Safes with the same owners apart.
  const salt = BigInt(keccak256(stringToHex(name)));
  const creation = m.call(safes.factory, "createProxyWithNonce", [safes.singleton, setup, salt], {
    id: `${name}Creation`,
  });
  const address = m.readEventArgument(creation, "ProxyCreation", "proxy", { id: `${name}Address` });
  return m.contractAt("Safe", safeArtifact, address, { id: name });
}
