import { network } from "hardhat";
import { getAddress, keccak256, slice, stringToHex, type Address, type Hex } from "viem";

import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

async function withTwoOperators() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  await registerOperator(p, { owner: p.accounts.operators[1] });
  return p;
}

// That everybody else is refused, test/contracts/entry-points/callers shows for every function.
describe("OperatorRegistry, access", () => {
  type Call = (p: Protocol, account: Address) => Promise<Hex>;
  const ownerOnly: Record<string, Call> = {
    setPaymentAddress: (p, account) => p.registry.write.setPaymentAddress([1, account], { account }),
    setClientPair: (p, account) => p.registry.write.setClientPair([1, stringToHex("NETE")], { account }),
    requestBondWithdrawal: (p, account) => p.registry.write.requestBondWithdrawal([1, 1n], { account }),
    withdrawBond: (p, account) => p.registry.write.withdrawBond([1], { account }),
    submitValidatorSigs: (p, account) =>
      p.registry.write.submitValidatorSigs([1, 0, slice(keccak256("0x"), 0, 26), 1], { account }),
  };
  for (const [name, call] of Object.entries(ownerOnly))
    it(`INV-13 the owner of one operator cannot call ${name} for another`, async () => {
      const p = await networkHelpers.loadFixture(withTwoOperators);
      const { address } = p.accounts.operators[1].account;
      await viem.assertions.revertWithCustomErrorWithArgs(call(p, address), p.registry, "NotOperatorOwner", [
        1,
        getAddress(address),
      ]);
    });
});
