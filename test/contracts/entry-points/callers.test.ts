import { expect } from "chai";
import { network } from "hardhat";
import { encodeFunctionData, getAddress } from "viem";

import { IMPLEMENTATIONS, PROXY_NAMES } from "../../../deploy/arguments.ts";
import { assignments } from "../../../deploy/roles.ts";
import { abiOf, functionWith } from "../support/abi-functions.ts";
import { emptyArguments } from "../support/empty-arguments.ts";
import { DEPLOYED, LISTED, allowedAccounts, everybody, isRole, refusalOf } from "../support/entry-point-callers.ts";
import type { Caller, EntryPoints } from "../support/entry-point-types.ts";
import { ENTRY_POINTS } from "../support/entry-points.ts";
import { outcomeOf } from "../support/outcome.ts";
import { registerOperator, startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });

async function withOperator() {
  const p = await startProtocol(connection);
  const { operatorId } = await registerOperator(p);
  return { ...p, named: { operatorId } };
}

describe("Entry points callers", () => {
  for (const name of LISTED) {
    const { writes }: EntryPoints = ENTRY_POINTS[name];
    const bound = Object.entries(writes).filter(([, caller]) => caller !== "anyone");
    for (const [signature, caller] of bound) {
      const title = `${name} ${signature.slice(0, signature.indexOf("("))}`;
      if (caller === "once")
        it(`INC-41 ${title} is over for everybody, behind the proxy too`, () => isOver(name, signature));
      else it(`INV-13 ${title} is for ${caller} alone`, () => isFor(caller, name, signature));
    }
  }

  it("INV-13 the list gives each role what deploy/roles.ts gives it, and nothing else", () => {
    const contracts = { ...IMPLEMENTATIONS, committee: "OracleCommittee" };
    const given = assignments().flatMap(({ role, contract, functions }) =>
      functions.map((name) => `${role} ${contracts[contract]} ${name}`),
    );
    const listed = LISTED.flatMap((contract) => {
      const { writes }: EntryPoints = ENTRY_POINTS[contract];
      return Object.entries(writes)
        .filter(([, caller]) => isRole(caller))
        .map(([signature, role]) => `${role} ${contract} ${signature.slice(0, signature.indexOf("("))}`);
    });
    expect(listed.sort()).to.deep.equal(given.sort());
  });

  /** Everybody else is refused by name, and whoever may call is not. Simulated: no caller here changes anything. */
  async function isFor(caller: Caller, name: keyof typeof DEPLOYED, signature: string): Promise<void> {
    const p = await connection.networkHelpers.loadFixture(withOperator);
    const abi = await abiOf(name);
    const item = functionWith(abi, signature);
    const to = DEPLOYED[name](p);
    const data = encodeFunctionData({ abi: [item], args: emptyArguments(item, p.named) });
    const refusal = refusalOf(name, signature, caller);
    const allowed = allowedAccounts(p, caller).map((address) => getAddress(address));

    for (const account of everybody(p).map((address) => getAddress(address))) {
      const { error, args } = await outcomeOf(p, { account, to, data }, abi);
      if (allowed.includes(account)) expect(error, `${account} may call`).not.to.equal(refusal);
      else expect([error, args.at(-1)], `${account} may not call`).to.deep.equal([refusal, account]);
    }
  }

  async function isOver(name: keyof typeof DEPLOYED, signature: string): Promise<void> {
    const p = await connection.networkHelpers.loadFixture(withOperator);
    const abi = await abiOf(name);
    const item = functionWith(abi, signature);
    const data = encodeFunctionData({ abi: [item], args: emptyArguments(item) });
    const behind = PROXY_NAMES.filter((proxy) => IMPLEMENTATIONS[proxy] === name).map(
      (proxy) => p.implementations[proxy],
    );
    expect(behind).to.have.lengthOf(1);
    for (const to of [DEPLOYED[name](p), ...behind.map(({ address }) => address)])
      for (const account of everybody(p)) {
        const { error } = await outcomeOf(p, { account, to, data }, abi);
        expect(error).to.equal("InvalidInitialization");
      }
  }
});
