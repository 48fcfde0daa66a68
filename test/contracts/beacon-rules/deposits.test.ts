import { SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import { network } from "hardhat";
import { bytesToHex, parseEther, parseGwei, type Hex } from "viem";

import { DepositData } from "../../../chain/ssz/containers.ts";
import { bytesOfSize } from "../../../chain/hex.ts";
import { seeded } from "../../support/beacon-state.ts";
import { depositDomain, signDeposit } from "../../support/deposit-signing.ts";
import {
  fund,
  predeposit,
  prove,
  stake,
  startProtocol,
  submitBatch,
  validatorOf,
  type Protocol,
} from "../support/protocol.ts";
import { startRealChain } from "../support/real-chain.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const ETHER_GWEI = 1_000_000_000n;
const PREDEPOSITED = 1;
const ACTIVE = 2;
const FAULTY = 5;
/** A deposit waits until its block is finalised, and then for the next epoch. */
const DEPOSIT_EPOCHS = 4;

/** A deposit out of anybody's pocket. */
async function depositBy(
  p: Protocol,
  terms: { pubkey: Hex; withdrawalCredentials: Hex; signature: Hex; amountGwei: bigint },
): Promise<Hex> {
  const { pubkey, withdrawalCredentials, signature, amountGwei } = terms;
  const root = DepositData.hashTreeRoot({
    pubkey: bytesOfSize(pubkey, 48),
    withdrawalCredentials: bytesOfSize(withdrawalCredentials, 32),
    amountGwei,
    signature: bytesOfSize(signature, 96),
  });
  return p.depositContract.write.deposit([pubkey, withdrawalCredentials, signature, bytesToHex(root)], {
    value: parseGwei(amountGwei.toString()),
    account: p.accounts.stranger.account,
  });
}

/** A protocol with a batch of two keys, whose secrets are known, and the real chain beside it. */
async function setUp() {
  const p = await networkHelpers.loadFixture(start);
  const batch = await readyToDeposit(p, { count: 2 });
  const pubkeys = batch.keys.map(({ pubkey }) => pubkey) as [Hex, Hex];
  const ours = await p.manager.read.withdrawalCredentials();
  return { p, batch, pubkeys, ours, chain: await startRealChain(p) };
}

describe("the beacon chain's rules: deposits", () => {
  it("makes a record of a predeposit, with our credentials and 1 ETH, that is not yet to be activated", async () => {
    const { p, batch, pubkeys, ours, chain } = await setUp();
    await chain.hear(await predeposit(p, batch));
    expect(chain.beacon.indexOf(pubkeys[0])).to.equal(undefined);
    expect(chain.beacon.state.pendingDeposits.length).to.equal(2);

    await chain.pass(DEPOSIT_EPOCHS);
    for (const pubkey of pubkeys) {
      const record = chain.beacon.recordOf(pubkey);
      expect(bytesToHex(record.withdrawalCredentials)).to.equal(ours.toLowerCase());
      expect(record).to.include({ activationEligibilityEpoch: Infinity, exitEpoch: Infinity, slashed: false });
      expect(chain.beacon.balanceGweiOf(pubkey)).to.equal(ETHER_GWEI);
      expect(await validatorOf(p, pubkey)).to.include({ status: PREDEPOSITED });
    }
    await prove(p, await chain.sight(pubkeys));
    for (const pubkey of pubkeys)
      expect(await validatorOf(p, pubkey)).to.include({ status: ACTIVE, index: chain.beacon.indexOf(pubkey) });
  });

  it("INC-01 gives a key to the first validly signed deposit, whose credentials stay: the contracts see it", async () => {
    const p = await networkHelpers.loadFixture(start);
    const secret = SecretKey.fromKeygen(seeded("greedy", 32));
    const withdrawalCredentials = await p.manager.read.withdrawalCredentials();
    const domain = depositDomain(p.chain.genesisForkVersion);
    const mine = signDeposit(secret, { withdrawalCredentials, amountGwei: ETHER_GWEI, domain });
    const foreign = signDeposit(secret, {
      withdrawalCredentials: `0x01${"00".repeat(11)}${"66".repeat(20)}`,
      amountGwei: ETHER_GWEI,
      domain,
    });
    const ready = await readyToDeposit(p);
    const batch = await submitBatch(p, ready, { keys: [{ pubkey: mine.pubkey, signature: mine.signature }] });
    const chain = await startRealChain(p);
    await chain.hear(await depositBy(p, foreign), await predeposit(p, batch));
    await chain.pass(DEPOSIT_EPOCHS);

    // Our ether is on the foreign record: that is the loss that the bond is for.
    expect(bytesToHex(chain.beacon.recordOf(mine.pubkey).withdrawalCredentials)).to.equal(
      foreign.withdrawalCredentials,
    );
    expect(chain.beacon.balanceGweiOf(mine.pubkey)).to.equal(2n * ETHER_GWEI);
    await prove(p, await chain.sight([mine.pubkey]));
    expect(await validatorOf(p, mine.pubkey)).to.include({ status: FAULTY });
  });

  it("INC-01 drops a first deposit whose signature is wrong: ours behind it decides", async () => {
    const { p, batch, pubkeys, ours, chain } = await setUp();
    const garbage = {
      pubkey: pubkeys[0],
      withdrawalCredentials: `0x01${"00".repeat(11)}${"66".repeat(20)}` as Hex,
      signature: batch.keys[1]!.signature,
      amountGwei: 5n * ETHER_GWEI,
    };
    await chain.hear(await depositBy(p, garbage), await predeposit(p, batch));
    await chain.pass(DEPOSIT_EPOCHS);
    expect(bytesToHex(chain.beacon.recordOf(pubkeys[0]).withdrawalCredentials)).to.equal(ours.toLowerCase());
    expect(chain.beacon.balanceGweiOf(pubkeys[0])).to.equal(ETHER_GWEI);
    await prove(p, await chain.sight(pubkeys));
    expect(await validatorOf(p, pubkeys[0])).to.include({ status: ACTIVE });
  });

  it("adds a top-up without a signature, then activates: 32 ETH are enough and no more is needed", async () => {
    const { p, batch, pubkeys, chain } = await setUp();
    await chain.hear(await predeposit(p, batch));
    await chain.pass(DEPOSIT_EPOCHS);
    await chain.hear(await fund(p, await chain.sight([pubkeys[0]]), 31n * ETHER_GWEI));
    await prove(p, await chain.sight([pubkeys[1]]));
    await chain.pass(DEPOSIT_EPOCHS + 8);

    const funded = chain.beacon.recordOf(pubkeys[0]);
    expect(funded.effectiveBalance).to.equal(Number(32n * ETHER_GWEI));
    expect(funded.activationEpoch).to.be.below(chain.beacon.epoch());
    expect(chain.beacon.recordOf(pubkeys[1])).to.include({ activationEligibilityEpoch: Infinity });
  });

  it("INV-07 takes no top-up above its bound, and gives back what others put above 2048 ETH", async () => {
    const { p, batch, pubkeys, chain } = await setUp();
    await stake(p, parseEther("2100"));
    await chain.hear(await predeposit(p, batch));
    await chain.pass(DEPOSIT_EPOCHS);
    await viem.assertions.revertWithCustomError(
      fund(p, await chain.sight([pubkeys[0]]), 2048n * ETHER_GWEI),
      p.manager,
      "FundingOutOfBounds",
    );
    const injected = {
      pubkey: pubkeys[0],
      withdrawalCredentials: `0x${"00".repeat(32)}` as Hex,
      amountGwei: 2100n * ETHER_GWEI,
    };
    await chain.hear(await depositBy(p, { ...injected, signature: `0x${"00".repeat(96)}` }));
    const payouts = await chain.pass(DEPOSIT_EPOCHS + 24);

    // The sweep pays what is above 2048 ETH to the vault: a gift comes back as a withdrawal.
    const { effectiveBalance } = chain.beacon.recordOf(pubkeys[0]);
    expect(effectiveBalance).to.equal(Number(2048n * ETHER_GWEI));
    const index = chain.beacon.indexOf(pubkeys[0]);
    const swept = payouts.filter(({ validatorIndex }) => validatorIndex === index);
    expect(swept.every(({ address }) => address === p.withdrawalVault.address.toLowerCase())).to.equal(true);
    const sweptGwei = swept.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
    expect(sweptGwei + chain.beacon.balanceGweiOf(pubkeys[0]) >= 2101n * ETHER_GWEI).to.equal(true);
    expect(chain.beacon.balanceGweiOf(pubkeys[0]) < 2049n * ETHER_GWEI).to.equal(true);
  });
});
