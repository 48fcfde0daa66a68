import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { MIN_VALIDATOR_WITHDRAWABILITY_DELAY, SHARD_COMMITTEE_PERIOD } from "../../support/real-beacon.ts";
import { expectOneOf } from "../support/beacon-proofs.ts";
import { fund, predeposit, startProtocol, stake, validatorOf } from "../support/protocol.ts";
import { SLOTS_PER_EPOCH, startRealChain, type RealChain } from "../support/real-chain.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { networkHelpers } = connection;
const start = () =>
  startProtocol(connection, {
    beacon: { slotsPerEpoch: BigInt(SLOTS_PER_EPOCH), shardCommitteePeriod: BigInt(SHARD_COMMITTEE_PERIOD) },
  });

const ETHER_GWEI = 1_000_000_000n;
const EXITING = 3;
const DEPOSIT_EPOCHS = 4;
const FULL_EXIT = 0n;

/** Two validators of 40 ETH each, active for as long as they must be before they may leave. */
async function setUp({ old = true, amountGwei = 39n * ETHER_GWEI } = {}) {
  const p = await networkHelpers.loadFixture(start);
  const batch = await readyToDeposit(p, { count: 2 });
  await stake(p, parseEther("200"));
  const chain = await startRealChain(p);
  const pubkeys = batch.keys.map(({ pubkey }) => pubkey) as [Hex, Hex];
  await chain.hear(await predeposit(p, batch));
  await chain.pass(DEPOSIT_EPOCHS);
  await chain.hear(await fund(p, await chain.sight(pubkeys), amountGwei));
  await chain.pass(DEPOSIT_EPOCHS);
  while (old && !isOld(chain, pubkeys)) await chain.pass(1);
  return { p, chain, pubkeys, owner: batch.owner };
}

function isOld({ beacon }: RealChain, pubkeys: readonly Hex[]): boolean {
  return pubkeys.every((pubkey) => beacon.epoch() >= beacon.recordOf(pubkey).activationEpoch + SHARD_COMMITTEE_PERIOD);
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

async function requestExit({ p, chain, owner }: SetUp, pubkeys: readonly Hex[]): Promise<Hex> {
  const { anchor, proof } = await chain.sight(pubkeys);
  const value = BigInt(pubkeys.length);
  return p.exits.write.requestExit([anchor, proof, 1n], { account: owner.account, value });
}

async function requestPartial({ p, chain, owner }: SetUp, pubkey: Hex, amountGwei: bigint): Promise<Hex> {
  const { anchor, proof } = await chain.sight([pubkey]);
  const args = [anchor, proof, [amountGwei], 1n] as const;
  return p.exits.write.requestPartialWithdrawal(args, { account: owner.account, value: 1n });
}

/** What the vault would ask for if the contracts let it. */
function requestPastTheContracts({ p, chain }: SetUp, pubkey: Hex, amountGwei: bigint): void {
  chain.beacon.take({ withdrawals: [{ sourceAddress: p.withdrawalVault.address, pubkey, amountGwei }] });
}

/** Lets the chain go on until a proof can show what became of the last request. */
async function waitForRetry({ p, chain }: SetUp, pubkey: Hex): Promise<void> {
  const { exitRetrySeconds } = await p.manager.read.parameters();
  const { genesisTime, secondsPerSlot } = p.chain;
  const retryAt = (await validatorOf(p, pubkey)).requestedAt + exitRetrySeconds;
  while (genesisTime + chain.beacon.state.slot * secondsPerSlot < retryAt) await chain.pass(1);
}

describe("the beacon chain's rules: exits by EIP-7002", () => {
  it("begins the exit of an old validator, and pays all of it to the vault when it is withdrawable", async () => {
    const s = await setUp();
    const { chain, p } = s;
    const [pubkey] = s.pubkeys;
    await chain.hear(await requestExit(s, [pubkey]));
    const { exitEpoch, withdrawableEpoch } = chain.beacon.recordOf(pubkey);
    expect(exitEpoch).to.be.greaterThan(chain.beacon.epoch());
    expect(withdrawableEpoch).to.equal(exitEpoch + MIN_VALIDATOR_WITHDRAWABILITY_DELAY);

    const payouts = (await chain.pass(withdrawableEpoch - chain.beacon.epoch() + 1)).filter(
      ({ validatorIndex }) => validatorIndex === chain.beacon.indexOf(pubkey),
    );
    expect(payouts).to.have.lengthOf(1);
    expect(payouts[0]?.address).to.equal(p.withdrawalVault.address.toLowerCase());
    expect(payouts[0]!.amountGwei >= 39n * ETHER_GWEI).to.equal(true);
    expect(chain.beacon.balanceGweiOf(pubkey)).to.equal(0n);
  });

  describe("INC-35 what the chain ignores, silently, the contracts refuse to ask for", () => {
    async function expectRefused(s: SetUp, pubkey: Hex, error: string): Promise<void> {
      const before = s.chain.beacon.recordOf(pubkey);
      await expectOneOf(requestExit(s, [pubkey]), [error]);
      requestPastTheContracts(s, pubkey, FULL_EXIT);
      expect(s.chain.beacon.recordOf(pubkey)).to.deep.equal(before);
    }

    async function expectFollowed(s: SetUp, pubkey: Hex): Promise<void> {
      await s.chain.hear(await requestExit(s, [pubkey]));
      expect(s.chain.beacon.recordOf(pubkey).exitEpoch).to.be.below(Infinity);
    }

    it("before the validator is active", async () => {
      const s = await setUp({ old: false });
      const [pubkey] = s.pubkeys;
      expect(s.chain.beacon.recordOf(pubkey).activationEpoch).to.be.greaterThan(s.chain.beacon.epoch());
      await expectRefused(s, pubkey, "ActiveTooShort");
      while (!isOld(s.chain, s.pubkeys)) await s.chain.pass(1);
      await expectFollowed(s, pubkey);
    });

    it("while it was active for less than the least time", async () => {
      const s = await setUp({ old: false });
      const [pubkey] = s.pubkeys;
      while (s.chain.beacon.recordOf(pubkey).activationEpoch >= s.chain.beacon.epoch()) await s.chain.pass(1);
      expect(isOld(s.chain, s.pubkeys)).to.equal(false);
      await expectRefused(s, pubkey, "ActiveTooShort");
      while (!isOld(s.chain, s.pubkeys)) await s.chain.pass(1);
      await expectFollowed(s, pubkey);
    });

    it("while a partial withdrawal of it is pending", async () => {
      const s = await setUp();
      const [pubkey] = s.pubkeys;
      await s.chain.hear(await requestPartial(s, pubkey, 2n * ETHER_GWEI));
      expect(s.chain.beacon.state.pendingPartialWithdrawals.length).to.equal(1);
      await expectRefused(s, pubkey, "RequestPending");
      while (s.chain.beacon.state.pendingPartialWithdrawals.length > 0) await s.chain.pass(1);
      await waitForRetry(s, pubkey);
      await expectFollowed(s, pubkey);
    });

    it("once it has begun to leave: nothing changes", async () => {
      const s = await setUp();
      const [pubkey] = s.pubkeys;
      s.chain.beacon.exitVoluntarily(pubkey);
      await expectRefused(s, pubkey, "Leaving");
    });

    it("and what it ignored all the same can be asked for again", async () => {
      const s = await setUp();
      const [pubkey] = s.pubkeys;
      // Sent, and never heard by the beacon chain.
      await requestExit(s, [pubkey]);
      expect(await validatorOf(s.p, pubkey)).to.include({ status: EXITING });
      await expectOneOf(requestExit(s, [pubkey]), ["RequestPending"]);
      await waitForRetry(s, pubkey);
      await expectFollowed(s, pubkey);
    });

    it("from any other address than the one in the credentials, and of keys that the chain does not know", async () => {
      const s = await setUp();
      const [pubkey] = s.pubkeys;
      const request = { sourceAddress: s.owner.account.address, pubkey, amountGwei: FULL_EXIT };
      s.chain.beacon.take({ withdrawals: [request] });
      expect(s.chain.beacon.recordOf(pubkey).exitEpoch).to.equal(Infinity);
      const unknown: Hex = `0x${"ab".repeat(48)}`;
      const ours = { sourceAddress: s.p.withdrawalVault.address, pubkey: unknown, amountGwei: FULL_EXIT };
      s.chain.beacon.take({ withdrawals: [ours] });
      expect(s.chain.beacon.indexOf(unknown)).to.equal(undefined);
    });
  });

  it("INC-36 pays a deposit that comes after the exit as well, in a sweep of its own", async () => {
    const s = await setUp();
    const [pubkey, other] = s.pubkeys;
    // Proven while it was fundable, and heard by the beacon chain when it is no longer.
    const topUp = await fund(s.p, await s.chain.sight([pubkey]), ETHER_GWEI);
    await s.chain.hear(await requestExit(s, [pubkey]), topUp);
    const index = s.chain.beacon.indexOf(pubkey);
    const { withdrawableEpoch } = s.chain.beacon.recordOf(pubkey);
    const sweeps = async (epochs: number) =>
      (await s.chain.pass(epochs)).filter(({ validatorIndex }) => validatorIndex === index);

    const [final, late, ...more] = await sweeps(withdrawableEpoch - s.chain.beacon.epoch() + 4);
    expect(final!.amountGwei >= 40n * ETHER_GWEI).to.equal(true);
    // So a withdrawal of a validator that has left need not be the final one: this one is an eighth of it and less.
    expect(late!.amountGwei).to.equal(ETHER_GWEI);
    expect(more).to.deep.equal([]);
    // Its record shows for ever that it has left: no fresh proof makes it fundable.
    await expectOneOf(fund(s.p, await s.chain.sight([pubkey]), ETHER_GWEI), ["WrongStatus", "Leaving"]);
    expect(s.chain.beacon.recordOf(other).exitEpoch).to.equal(Infinity);
  });
});

describe("the beacon chain's rules: partial withdrawals by EIP-7002", () => {
  it("pays what is above 32 ETH and not yet asked for, at most", async () => {
    const s = await setUp();
    const [pubkey] = s.pubkeys;
    const excessGwei = s.chain.beacon.balanceGweiOf(pubkey) - 32n * ETHER_GWEI;
    await s.chain.hear(await requestPartial(s, pubkey, 5n * ETHER_GWEI));
    await expectOneOf(requestPartial(s, pubkey, 5n * ETHER_GWEI), ["PartialOutOfBounds"]);
    requestPastTheContracts(s, pubkey, 5n * ETHER_GWEI);
    const pending = s.chain.beacon.state.pendingPartialWithdrawals.getAllReadonlyValues();
    expect(pending.map(({ amount }) => amount)).to.deep.equal([5n * ETHER_GWEI, excessGwei - 5n * ETHER_GWEI]);

    const payouts = await s.chain.pass(MIN_VALIDATOR_WITHDRAWABILITY_DELAY + 8);
    const index = s.chain.beacon.indexOf(pubkey);
    const paid = payouts.filter(({ validatorIndex }) => validatorIndex === index);
    expect(paid.map(({ amountGwei }) => amountGwei)).to.deep.equal([5n * ETHER_GWEI, excessGwei - 5n * ETHER_GWEI]);
    expect(paid.every(({ address }) => address === s.p.withdrawalVault.address.toLowerCase())).to.equal(true);
    expect(s.chain.beacon.recordOf(pubkey).exitEpoch).to.equal(Infinity);
  });

  it("INC-35 is ignored, and refused, when all above 32 ETH was already asked for", async () => {
    const s = await setUp();
    const [pubkey] = s.pubkeys;
    await s.chain.hear(await requestPartial(s, pubkey, 8n * ETHER_GWEI));
    s.chain.beacon.state.balances.set(s.chain.beacon.indexOf(pubkey)!, Number(40n * ETHER_GWEI));
    expect(s.chain.beacon.state.pendingPartialWithdrawals.length).to.equal(1);
    await expectOneOf(requestPartial(s, pubkey, 2n * ETHER_GWEI), ["PartialOutOfBounds"]);
    requestPastTheContracts(s, pubkey, 2n * ETHER_GWEI);
    expect(s.chain.beacon.state.pendingPartialWithdrawals.length).to.equal(1);
  });

  it("INC-35 is ignored, and refused, for a validator that has no more than 32 ETH, or is not active for long enough", async () => {
    const young = await setUp({ old: false });
    await expectOneOf(requestPartial(young, young.pubkeys[0], 2n * ETHER_GWEI), ["ActiveTooShort"]);
    requestPastTheContracts(young, young.pubkeys[0], 2n * ETHER_GWEI);
    expect(young.chain.beacon.state.pendingPartialWithdrawals.length).to.equal(0);

    const small = await setUp({ old: false, amountGwei: 31n * ETHER_GWEI });
    const index = small.chain.beacon.indexOf(small.pubkeys[0])!;
    while (!isOld(small.chain, small.pubkeys)) await small.chain.pass(1);
    small.chain.beacon.state.balances.set(index, Number(32n * ETHER_GWEI));
    await expectOneOf(requestPartial(small, small.pubkeys[0], 2n * ETHER_GWEI), ["PartialOutOfBounds"]);
    requestPastTheContracts(small, small.pubkeys[0], 2n * ETHER_GWEI);
    expect(small.chain.beacon.state.pendingPartialWithdrawals.length).to.equal(0);
  });
});
