import { expect } from "chai";
import { encodeFunctionData, getAddress, type Abi, type AbiParameter, type Address } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { accessManagerAbi, timelockAbi } from "../../deploy/abi.ts";
import { IMPLEMENTATIONS, PROXY_NAMES } from "../../deploy/arguments.ts";
import { createArtifactResolver } from "../../deploy/artifacts.ts";
import { MANAGED_ABIS, ROLE_NAMES, ROLES, assignments } from "../../deploy/roles.ts";
import { IMPLEMENTATION_SLOT } from "../../deploy/verify.ts";
import { contractOf, deployOnTestNetwork, type Deployed } from "./support/deployed.ts";
import { DEPLOYER_KEY } from "./support/network.ts";
import { revertOf } from "./support/reverts.ts";

const DEPLOYER = privateKeyToAccount(DEPLOYER_KEY).address;
const STRANGER: Address = "0x000000000000000000000000000000000000dEaD";

describe("the hand-over", () => {
  let deployed: Deployed;
  before(async () => (deployed = await deployOnTestNetwork()));
  after(() => deployed?.stop());

  const implementationOf = async (proxy: Address): Promise<Address> => {
    const word = await deployed.client.getStorageAt({ address: proxy, slot: IMPLEMENTATION_SLOT });
    return getAddress(`0x${word?.slice(-40)}`);
  };

  it("INC-42: leaves the deployer without a role", async () => {
    const { client, contracts } = deployed;
    for (const name of ROLE_NAMES) {
      const [isMember] = await client.readContract({
        address: contracts.accessManager,
        abi: accessManagerAbi,
        functionName: "hasRole",
        args: [ROLES[name].id, DEPLOYER],
      });
      expect(isMember, name).to.equal(false);
    }
    const timelock = { address: contractOf(deployed, "timelock"), abi: timelockAbi } as const;
    for (const functionName of ["DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"] as const) {
      const role = await client.readContract({ ...timelock, functionName });
      const args = [role, DEPLOYER] as const;
      expect(await client.readContract({ ...timelock, functionName: "hasRole", args }), functionName).to.equal(false);
    }
  });

  it("INC-42: leaves the deployer no way to administrate", async () => {
    const data = encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "grantRole",
      args: [ROLES.ADMIN.id, DEPLOYER, 0],
    });
    const call = { from: DEPLOYER, to: deployed.contracts.accessManager, data };
    expect(await revertOf(deployed.client, call, accessManagerAbi)).to.equal("AccessManagerUnauthorizedAccount");
  });

  it("INC-41: leaves no seed and no way to upgrade for the deployer", async () => {
    const { client, contracts } = deployed;
    const { abi } = await createArtifactResolver().loadArtifact("ProxySeed");
    for (const name of PROXY_NAMES) {
      const implementation = await implementationOf(contracts[name]);
      // A seed names its deployer; an implementation has no such function.
      const call = { address: implementation, abi: abi as Abi, functionName: "DEPLOYER" };
      expect(await client.readContract(call).catch(() => "no seed"), name).to.equal("no seed");
      const data = encodeFunctionData({
        abi: MANAGED_ABIS[name],
        functionName: "upgradeToAndCall",
        args: [implementation, "0x"],
      });
      const upgrade = { from: DEPLOYER, to: contracts[name], data };
      expect(await revertOf(client, upgrade, accessManagerAbi), name).to.equal("AccessManagedUnauthorized");
    }
  });

  it("INC-41: lets nobody initialise a proxy or an implementation again", async () => {
    for (const name of PROXY_NAMES) {
      const abi: Abi = MANAGED_ABIS[name];
      const data = encodeFunctionData({ abi, functionName: "initialize", args: zeroArguments(abi, "initialize") });
      const proxy = deployed.contracts[name];
      for (const to of [proxy, await implementationOf(proxy)]) {
        const from = contractOf(deployed, "administrator");
        expect(await revertWithValue({ from, to, data }, abi, name), IMPLEMENTATIONS[name]).to.equal(
          "InvalidInitialization",
        );
      }
    }
  });

  for (const { role, contract, functions, selectors } of assignments())
    for (const [i, name] of functions.entries())
      it(`INV-13: ${contract}.${name} refuses everybody but ${role}`, async () => {
        const abi: Abi = MANAGED_ABIS[contract];
        const data = encodeFunctionData({ abi, functionName: name, args: zeroArguments(abi, name) });
        expect(data.slice(0, 10)).to.equal(selectors[i]);
        const to = deployed.contracts[contract];
        const others = (["timelock", "administrator", "guardian"] as const).filter(
          (one) => !ROLES[role].holders.includes(one),
        );
        for (const from of [DEPLOYER, STRANGER, ...others.map((one) => contractOf(deployed, one))])
          expect(await revertOf(deployed.client, { from, to, data }, accessManagerAbi), from).to.equal(
            "AccessManagedUnauthorized",
          );
      });

  /** The pool's initialize wants ether, so that its check is reached at all. */
  async function revertWithValue(call: { from: Address; to: Address; data: `0x${string}` }, abi: Abi, name: string) {
    if (name !== "pool") return revertOf(deployed.client, call, abi);
    await deployed.client.setBalance({ address: call.from, value: 10n ** 18n });
    return revertOf(deployed.client, { ...call, value: 1n }, abi);
  }
});

/** Zeros of the right shape for a function: who is refused never comes to read them. */
function zeroArguments(abi: Abi, name: string): unknown[] {
  const found = abi.find((item) => item.type === "function" && item.name === name);
  if (found?.type !== "function") throw new Error(`there is no function ${name}`);
  return found.inputs.map(zeroOf);
}

function zeroOf(input: AbiParameter): unknown {
  if (input.type.endsWith("]")) return [];
  if (input.type === "tuple" && "components" in input)
    return Object.fromEntries(input.components.map((part) => [part.name ?? "", zeroOf(part)]));
  if (input.type === "address") return STRANGER;
  if (input.type === "bool") return false;
  if (input.type === "bytes") return "0x";
  if (input.type.startsWith("bytes")) return `0x${"00".repeat(Number(input.type.slice(5)))}`;
  return Number(/\d+/.exec(input.type)?.[0]) <= 48 ? 0 : 0n;
}
