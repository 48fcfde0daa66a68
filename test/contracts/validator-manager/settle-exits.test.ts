import { expect } from "chai";
import { network } from "hardhat";
import { pad, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { sight } from "../support/beacon.ts";
import { requestExit } from "../support/exits.ts";
import { predeposit, prove, startProtocol, submitBatch, validatorOf } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const EXITED = 4;

async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  const [first, second] = active.pubkeys as [Hex, Hex];
  return { p, ...active, first, second };
}

describe("ValidatorManager, settled exits", () => {
  it("INC-36 books a final withdrawal, asked for or not, with an event, and frees the bond of its principal", async () => {
    const { p, owner, first, second } = await networkHelpers.loadFixture(withActive);
    await requestExit(p, [first], { by: owner });
    const { hash } = await settle(p, { exits: [pubkeyRoot(first), pubkeyRoot(second)] });
    for (const pubkey of [first, second]) {
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ValidatorExited", [
        1,
        pubkeyRoot(pubkey),
        32n * GWEI,
      ]);
      expect(await validatorOf(p, pubkey)).to.include({ status: EXITED, depositedGwei: 32n * GWEI });
    }
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(0n);
  });

  it("INC-36 books each exit once, however often it is reported", async () => {
    const { p, first } = await networkHelpers.loadFixture(withActive);
    await settle(p, { exits: [pubkeyRoot(first), pubkeyRoot(first)] });
    await settle(p, { exits: [pubkeyRoot(first)] });
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(32n * GWEI);
  });

  it("INC-24 INC-36 passes over validators that are unknown, unproven or faulty: the report stays executable", async () => {
    const { p, ...operator } = await networkHelpers.loadFixture(withActive);
    const batch = await submitBatch(p, operator, { count: 2 });
    await predeposit(p, batch);
    const [unproven, faulty] = batch.keys.map(({ pubkey }) => pubkey) as [Hex, Hex];
    await prove(p, await sight(p, [{ pubkey: faulty, withdrawalCredentials: pad("0x01", { size: 32 }) }]));
    await settle(p, { exits: [pad("0x07", { size: 32 }), pubkeyRoot(unproven), pubkeyRoot(faulty)] });
    expect((await validatorOf(p, unproven)).status).to.equal(1);
    expect((await validatorOf(p, faulty)).status).to.equal(5);
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(64n * GWEI);
  });

  it("INV-07 deposits never again for a key that has exited", async () => {
    const { p, first, keys, ...operator } = await networkHelpers.loadFixture(withActive);
    await settle(p, { exits: [pubkeyRoot(first)] });
    const again = await submitBatch(p, operator, { keys: [keys[0]!] });
    const inFlight = await p.pool.read.inFlightGwei();
    await viem.assertions.emitWithArgs(predeposit(p, again), p.manager, "KeySkipped", [1, pubkeyRoot(first), 1, 1]);
    expect(await p.pool.read.inFlightGwei()).to.equal(inFlight);
  });
});
