import "./lodestar-set-up.ts";

import { expect } from "chai";

const { createDevnetConfig } = await import("../../devnet/consensus/chain-config.ts");
const { createGenesis } = await import("../../devnet/consensus/genesis-state.ts");

const hash = `0x${"11".repeat(32)}`;
const executionHeader = { hash, stateRoot: hash, receiptsRoot: hash, gasLimit: "0x1", baseFeePerGas: "0x1" };

describe("devnet, an exit queue from the start", () => {
  it("is in the genesis state, booked out up to its epoch", () => {
    const terms = { validatorCount: 8, genesisTime: 0, executionHeader } as const;
    const { state } = createGenesis(createDevnetConfig(12), { ...terms, exitQueueUntilEpoch: 90 });
    expect([state.earliestExitEpoch, state.exitBalanceToConsume]).to.deep.equal([90, 0n]);
    const { state: calm } = createGenesis(createDevnetConfig(12), { ...terms, exitQueueUntilEpoch: 0 });
    expect(calm.earliestExitEpoch).to.equal(0);
  });
});
