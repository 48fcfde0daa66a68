import { artifacts } from "hardhat";
import { encodeFunctionData, toFunctionSignature, type Abi, type AbiFunction, type Address } from "viem";

import { ENTRY_POINTS, type Caller, type EntryPoints } from "../support/entry-points.ts";
import { addressOf, same, stage, viem, type Stage } from "../support/stage.ts";
import { emptyArguments } from "../support/empty-arguments.ts";

/** The contracts of the list, as deployed. */
const DEPLOYED = {
  EthStake: (s: Stage) => s.token.address,
  StakingPool: (s: Stage) => s.pool.address,
  WithdrawalQueue: (s: Stage) => s.queue.address,
  WithdrawalVault: (s: Stage) => s.withdrawalVault.address,
  ExecutionRewardsVault: (s: Stage) => s.executionRewardsVault.address,
} as const satisfies Record<string, (s: Stage) => Address>;

/** What a contract says to a caller that is not the contract of the protocol that a function is for. */
const REFUSALS: Record<keyof typeof DEPLOYED, string> = {
  EthStake: "NotPool",
  StakingPool: "NotProtocol",
  WithdrawalQueue: "NotPool",
  WithdrawalVault: "NotProtocol",
  ExecutionRewardsVault: "NotProtocol",
};

describe("Entry points callers", () => {
  for (const name of Object.keys(DEPLOYED) as (keyof typeof DEPLOYED)[]) {
    const { writes }: EntryPoints = ENTRY_POINTS[name];
    for (const [signature, caller] of Object.entries(writes)) {
      if (caller === "anyone" || caller === "once") continue;
      it(`INV-13 ${name} ${signature.slice(0, signature.indexOf("("))} is for ${caller} alone`, async () => {
        const s = await stage();
        const abi: Abi = (await artifacts.readArtifact(name)).abi;
        const item = abi.find(
          (found): found is AbiFunction => found.type === "function" && toFunctionSignature(found) === signature,
        );
        if (item === undefined) throw new Error(`${name} has no ${signature}`);
        const contract = { abi, address: DEPLOYED[name](s) };
        const data = encodeFunctionData({ abi: [item], args: emptyArguments(item) });
        for (const account of await everybodyBut(s, caller))
          await viem.assertions.revertWithCustomErrorWithArgs(
            // Simulated, as no caller here may change anything.
            s.client.call({ account, to: contract.address, data }).then(String),
            contract,
            refusalOf(name, signature, caller),
            [same(account)],
          );
      });
    }
  }
});

function refusalOf(name: keyof typeof DEPLOYED, signature: string, caller: Caller): string {
  if (caller === "authority" || caller === caller.toUpperCase()) return "AccessManagedUnauthorized";
  return signature.startsWith("onTransferReceived") ? "NotEthStake" : REFUSALS[name];
}

/** People of every role, a stranger, a staker, and every contract of the protocol, but for those that may. */
async function everybodyBut(s: Stage, caller: Caller): Promise<Address[]> {
  const { stranger, deployer, stakers, roles } = s.accounts;
  const people = { stranger, deployer, staker: stakers[0], ...roles };
  const contracts = {
    accessManager: s.accessManager.address,
    pool: s.pool.address,
    token: s.token.address,
    queue: s.queue.address,
    registry: s.registry.address,
    manager: s.manager.address,
    distribution: s.distribution.address,
    withdrawalVault: s.withdrawalVault.address,
    executionRewardsVault: s.executionRewardsVault.address,
  };
  const allowed: readonly string[] =
    caller === "vaults or queue"
      ? ["queue", "withdrawalVault", "executionRewardsVault"]
      : [caller === "authority" ? "accessManager" : caller];
  const named = [
    ...Object.entries(people).map(([who, actor]) => [who, addressOf(actor)] as const),
    ...Object.entries(contracts),
  ];
  return named.filter(([who]) => !allowed.includes(who)).map(([, address]) => address);
}
