import { network } from "hardhat";
import { getAddress } from "viem";

import { startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("ValidatorManager, ether", () => {
  it("INV-13 takes ether from nobody but the pool", async () => {
    const { manager, accounts } = await networkHelpers.loadFixture(start);
    const { stranger } = accounts;
    await viem.assertions.revertWithCustomErrorWithArgs(
      stranger.sendTransaction({ to: manager.address, value: 1n }),
      manager,
      "NotProtocol",
      [getAddress(stranger.account.address)],
    );
  });
});
