import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { depositsOf } from "../support/chain-requests.ts";
import { createKeys } from "../support/keys.ts";
import {
  keyTermsOf,
  predeposit,
  predepositArguments,
  registerOperator,
  startProtocol,
  submitBatch,
  validatorOf,
} from "../support/protocol.ts";
import { STAKED_WEI, readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const ETHER = parseEther("1");
const PREDEPOSIT_GWEI = 1_000_000_000n;
/** The locked ether and the bond come on top of what stakers staked. */
const BUFFERED_WEI = STAKED_WEI + parseEther("21");

describe("ValidatorManager, predeposit", () => {
  it("INV-18 deposits 1 ETH for each key, with our credentials and the verified signature", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 3 });
    const held = await p.client.getBalance({ address: p.depositContract.address });
    const hash = await predeposit(p, batch);
    const { withdrawalCredentials } = await keyTermsOf(p);
    expect(withdrawalCredentials.toLowerCase()).to.equal(
      `0x02${"00".repeat(11)}${p.withdrawalVault.address.slice(2).toLowerCase()}`,
    );
    expect(await depositsOf(p, hash)).to.deep.equal(
      batch.keys.map((key) => ({ ...key, withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI })),
    );
    expect(await p.client.getBalance({ address: p.depositContract.address })).to.equal(held + 3n * ETHER);
    expect(await p.client.getBalance({ address: p.manager.address })).to.equal(0n);
  });

  it("books each validator, the stock and the ether in flight, with an event each", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 2 });
    const rate = await p.pool.read.ethPerShare();
    const hash = await predeposit(p, batch);
    for (const { pubkey } of batch.keys) {
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "Predeposited", [
        1,
        pubkeyRoot(pubkey),
        0,
        pubkey,
      ]);
      expect(await validatorOf(p, pubkey)).to.deep.equal({
        operatorId: 1,
        status: 1,
        depositedGwei: PREDEPOSIT_GWEI,
        requestedAt: 0,
        partialGwei: 0n,
        index: 0,
      });
    }
    expect(await p.manager.read.unprovenCount()).to.equal(2);
    expect((await p.registry.read.getOperator([1])).unprovenCount).to.equal(2);
    expect(await p.pool.read.bufferedWei()).to.equal(BUFFERED_WEI - 2n * ETHER);
    expect(await p.pool.read.inFlightGwei()).to.equal(2n * PREDEPOSIT_GWEI);
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
  });

  it("goes through a batch in parts, whoever sends them", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 3 });
    for (const [from, account] of [p.accounts.stranger, batch.owner, p.accounts.stakers[0]]
      .map(({ account }) => account)
      .entries())
      await p.manager.write.predeposit(predepositArguments(batch, { from, count: 1 }), { account });
    expect(await p.manager.read.unprovenCount()).to.equal(3);
  });

  it("skips a key that is known, of the same operator or another, and twice in one call", async () => {
    const p = await networkHelpers.loadFixture(start);
    const first = await readyToDeposit(p);
    await predeposit(p, first);
    const [known] = first.keys as [BatchKey];
    const [fresh] = createKeys(await keyTermsOf(p), "fresh", 1) as [BatchKey];
    const other = await registerOperator(p, { owner: p.accounts.operators[1] });
    const batch = await submitBatch(p, other, { keys: [known, fresh, fresh] });
    const hash = await predeposit(p, batch);
    for (const { pubkey } of [known, fresh])
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "KeySkipped", [2, pubkeyRoot(pubkey), 0, 1]);
    expect((await depositsOf(p, hash)).map(({ pubkey }) => pubkey)).to.deep.equal([fresh.pubkey]);
    expect((await validatorOf(p, known.pubkey)).operatorId).to.equal(1);
    expect((await validatorOf(p, fresh.pubkey)).operatorId).to.equal(2);
    expect((await p.registry.read.getOperator([2])).unprovenCount).to.equal(1);
    expect(await p.manager.read.unprovenCount()).to.equal(2);
  });

  it("does nothing but open the batch when every key is skipped", async () => {
    const p = await networkHelpers.loadFixture(start);
    const first = await readyToDeposit(p);
    await predeposit(p, first);
    const again = await submitBatch(p, first, { keys: first.keys });
    const hash = await predeposit(p, again);
    expect(await depositsOf(p, hash)).to.deep.equal([]);
    expect((await p.registry.read.getKeyBatch([1, again.batchId]))[2]).to.equal(0);
    expect(await p.manager.read.unprovenCount()).to.equal(1);
    expect(await p.pool.read.inFlightGwei()).to.equal(PREDEPOSIT_GWEI);
  });
});
