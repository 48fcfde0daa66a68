import { network } from "hardhat";
import { getAddress } from "viem";

import { ROLE_NAMES } from "../../../deploy/roles.ts";
import { startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("OracleCommittee, access", () => {
  for (const [name, role] of [
    ["suspend", "GUARDIAN"],
    ["reinstate", "COMMITTEE"],
  ] as const)
    it(`INV-13 lets nobody but ${role} call ${name}`, async () => {
      const { committee, accounts } = await networkHelpers.loadFixture(start);
      const others = ROLE_NAMES.filter((other) => other !== role).map((other) => accounts.roles[other]);
      for (const { account } of [...others, ...accounts.members, accounts.deployer, accounts.stranger])
        await viem.assertions.revertWithCustomErrorWithArgs(
          committee.write[name]([accounts.members[0].account.address], { account }),
          committee,
          "AccessManagedUnauthorized",
          [getAddress(account.address)],
        );
    });
});
