import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { encodeFunctionData, parseEther, type Abi } from "viem";

import { IMPLEMENTATIONS } from "../../../deploy/arguments.ts";
import { assignments, type Assignment } from "../../../deploy/roles.ts";
import { functionsOf } from "../support/abi-functions.ts";
import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";
import { emptyArguments } from "../support/empty-arguments.ts";
import { extremeArguments } from "../support/extreme-arguments.ts";
import { treasureOf } from "../support/treasure.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => busyProtocol(connection);

describe("Role abuse", () => {
  // New code can do anything, and a reviewer nothing without a report: upgrades.test.ts and review.test.ts show the rest.
  for (const assignment of assignments().filter(({ role }) => role !== "UPGRADES" && role !== "REVIEW"))
    for (const name of assignment.functions)
      it(`INC-25 INV-20 ${assignment.role} moves nothing by ${assignment.contract}.${name}, whatever it says`, () =>
        movesNothing(assignment, name));

  /** One call after the other on one protocol, so that what one allows the next can use. */
  async function movesNothing({ role, contract }: Assignment, name: string): Promise<void> {
    const p = await networkHelpers.loadFixture(start);
    // Only who is halted can be resumed; nothing is moved by it, either.
    const guardian = { account: p.accounts.roles.GUARDIAN.account };
    if (name === "resumeOperator") await p.registry.write.emergencySlash([p.active.operatorId], guardian);
    const before = await treasureOf(p);
    const { abi }: { abi: Abi } = await artifacts.readArtifact(nameOf(contract));
    const [item] = functionsOf(abi).filter((found) => found.name === name);
    if (item === undefined) throw new Error(`${contract} has no ${name}`);
    const { account } = p.accounts.roles[role];
    const usual = name.startsWith("setParameters") || name === "setLimits" ? [usualOf(p, contract)] : undefined;
    const named = {
      operatorId: p.active.operatorId,
      member: p.accounts.members[0].account.address,
      flags: 15,
      duration: 60,
      committee: p.committee.address,
      firstRefSlot: 2n ** 62n,
    };
    const calls = extremeArguments(item, usual ?? emptyArguments(item, named));
    let accepted = 0;
    for (const args of [...calls, usual ?? emptyArguments(item, named)]) {
      const data = encodeFunctionData({ abi: [item], args });
      const sent = p.accounts.roles[role].sendTransaction({ account, to: p[contract].address, data });
      await sent.then(() => accepted++).catch(() => undefined);
      expect(await treasureOf(p), `after ${name}(${String(args)})`).to.deep.equal(before);
    }
    expect(accepted, "calls that were accepted").to.be.greaterThan(0);
    const payout = p.queue.write.claim([p.finalizedTicket, 0n], { account: p.staker.account });
    await viem.assertions.balancesHaveChanged(payout, [{ address: p.staker.account.address, amount: parseEther("2") }]);
  }

  function nameOf(contract: Assignment["contract"]): string {
    return contract === "committee" ? "OracleCommittee" : IMPLEMENTATIONS[contract];
  }

  function usualOf({ parameters }: BusyProtocol, contract: Assignment["contract"]): unknown {
    if (contract === "committee") throw new Error("A committee has no parameters");
    return parameters[contract];
  }
});
