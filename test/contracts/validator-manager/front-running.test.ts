import { SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, keccak256, pad, parseEther, stringToBytes, toBytes, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { depositDataRoot, signDeposit } from "../../../deposits/deposit-data.ts";
import { sight } from "../support/beacon.ts";
import { requestExit, requestPartial } from "../support/exits.ts";
import { bondLocked, lockMatured } from "../support/registry-events.ts";
import {
  fund,
  predeposit,
  predepositArguments,
  prove,
  startProtocol,
  submitBatch,
  validatorOf,
  type BatchHandle,
  type Protocol,
} from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";
import { settle, settleFrom } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const ETHER = parseEther("1");
const PENALTY_WEI = parseEther("0.5");
const FAULTY = 5;
const THEFT: Hex = pad("0xbad0", { size: 32 });

/** An operator whose key carries foreign credentials by the time that we deposit. */
async function frontRun() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p);
  const pubkey = batch.keys[0]!.pubkey;
  // The operator deposits first, with credentials of its own: a deposit that the beacon chain takes.
  const secretKey = SecretKey.fromKeygen(toBytes(keccak256(stringToBytes("operator 1 batch 0 key 0")))).toBytes();
  const theft = signDeposit(secretKey, {
    withdrawalCredentials: THEFT,
    amountGwei: 1_000_000_000n,
    genesisForkVersion: p.chain.genesisForkVersion,
  });
  expect(theft.pubkey).to.equal(pubkey);
  await p.depositContract.write.deposit([pubkey, THEFT, theft.signature, depositDataRoot(theft)], {
    account: batch.owner.account,
    value: ETHER,
  });
  await predeposit(p, batch);
  return { p, batch, pubkey };
}

const proveTheft = async (p: Protocol, pubkey: Hex) =>
  prove(p, await sight(p, [{ pubkey, withdrawalCredentials: THEFT }]));
/** The report of a frame in which our ether went to a foreign validator. */
const NAMED_LOSS = { rewardsGwei: -1_000_000_000n, losses: [{ operatorId: 1, amountWei: ETHER }] };
const nameLoss = (p: Protocol) => settle(p, NAMED_LOSS);
/** The end of the first lock's appeal window: the first report with a later cut-off burns it. */
const maturesAt = async (p: Protocol) => (await p.registry.read.getLock([0n])).maturesAt;

describe("ValidatorManager, foreign credentials", () => {
  it("INC-01 proves a front-run validator faulty and locks its ether and the penalty", async () => {
    const { p, pubkey } = await networkHelpers.loadFixture(frontRun);
    const hash = await proveTheft(p, pubkey);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "CredentialsForeign", [
      1,
      pubkeyRoot(pubkey),
      THEFT,
    ]);
    expect((await bondLocked(p, hash))[0]).to.include({ cause: 0, penaltyShares: PENALTY_WEI, lossShares: ETHER });
    expect(await validatorOf(p, pubkey)).to.include({ status: FAULTY, depositedGwei: 1_000_000_000n });
    expect(await p.manager.read.unprovenCount()).to.equal(0);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 0, fundedGwei: 0n });
  });

  it("INC-01 covers the loss with the lock, then burns only the penalty: stakers lose nothing", async () => {
    const { p, pubkey } = await networkHelpers.loadFixture(frontRun);
    const rate = await p.pool.read.ethPerShare();
    await proveTheft(p, pubkey);
    expect(await p.pool.read.ethPerShare()).to.equal(rate);

    const named = await nameLoss(p);
    await viem.assertions.emitWithArgs(Promise.resolve(named.hash), p.distribution, "LossCovered", [
      1,
      ETHER,
      ETHER,
      ETHER,
    ]);
    expect(named.settlement).to.include({ rewardsWei: -ETHER, feeWei: 0n, burnedShares: ETHER });
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
    expect(await p.registry.read.getOperator([1])).to.include({
      bondShares: parseEther("19"),
      lockedShares: PENALTY_WEI,
    });

    const matured = await settleFrom(p, await maturesAt(p));
    expect(matured.settlement.burnedShares).to.equal(PENALTY_WEI);
    expect((await lockMatured(p, matured.hash)).map(({ shares }) => shares)).to.deep.equal([PENALTY_WEI]);
    expect((await p.pool.read.ethPerShare()) > rate).to.equal(true);
    expect(await p.registry.read.getOperator([1])).to.include({
      bondShares: parseEther("18.5"),
      lockedShares: 0n,
    });
    expect((await settle(p)).settlement.burnedShares).to.equal(0n);
  });

  it("INC-01 charges the same when the report names the loss long before the proof", async () => {
    const { p, pubkey } = await networkHelpers.loadFixture(frontRun);
    const rate = await p.pool.read.ethPerShare();
    const named = await nameLoss(p);
    expect(named.settlement.burnedShares).to.equal(ETHER);
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
    for (let i = 0; i < 3; i++) await settle(p);

    const [lock] = await bondLocked(p, await proveTheft(p, pubkey));
    expect(lock).to.include({ penaltyShares: PENALTY_WEI, lossShares: ETHER });
    expect((await settleFrom(p, await maturesAt(p))).settlement.burnedShares).to.equal(PENALTY_WEI);
    expect(await p.registry.read.getOperator([1])).to.include({ bondShares: parseEther("18.5"), lockedShares: 0n });
  });

  it("INC-01 charges the same when the loss is named by the very report in which its lock matures", async () => {
    const { p, pubkey } = await networkHelpers.loadFixture(frontRun);
    await proveTheft(p, pubkey);
    const { settlement } = await settleFrom(p, await maturesAt(p), NAMED_LOSS);
    expect(settlement.burnedShares).to.equal(ETHER + PENALTY_WEI);
    expect(await p.registry.read.getOperator([1])).to.include({ bondShares: parseEther("18.5"), lockedShares: 0n });
  });

  it("INC-01 covers the loss out of the bond when a report names it although nobody proves it", async () => {
    const { p } = await networkHelpers.loadFixture(frontRun);
    const rate = await p.pool.read.ethPerShare();
    expect((await nameLoss(p)).settlement.burnedShares).to.equal(ETHER);
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
  });

  it("INC-01 INV-07 never funds it, in one call with its proof or later", async () => {
    const { p, pubkey } = await networkHelpers.loadFixture(frontRun);
    const foreign = await sight(p, [{ pubkey, withdrawalCredentials: THEFT }]);
    const root = pubkeyRoot(pubkey);
    const refused = () =>
      viem.assertions.revertWithCustomErrorWithArgs(fund(p, foreign, 31_000_000_000n), p.manager, "WrongStatus", [
        root,
        FAULTY,
      ]);
    await refused();
    expect(await p.pool.read.inFlightGwei()).to.equal(1_000_000_000n);
    await prove(p, foreign);
    await refused();
    // Not even where a later state should show our credentials.
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [{ pubkey }]), 31_000_000_000n),
      p.manager,
      "WrongStatus",
      [root, FAULTY],
    );
  });

  it("INV-07 stays faulty: no second proof, no second lock, no exit, and no new deposit for its key", async () => {
    const { p, batch, pubkey } = await networkHelpers.loadFixture(frontRun);
    await proveTheft(p, pubkey);
    await proveTheft(p, pubkey);
    await prove(p, await sight(p, [{ pubkey }]));
    expect(await p.registry.read.lockCount()).to.equal(1n);
    expect((await validatorOf(p, pubkey)).status).to.equal(FAULTY);
    for (const call of [
      requestExit(p, [pubkey], { by: batch.owner }),
      requestPartial(p, [pubkey], [1_000_000_000n], { by: batch.owner }),
    ])
      await viem.assertions.revertWithCustomErrorWithArgs(call, p.exits, "WrongStatus", [pubkeyRoot(pubkey), FAULTY]);
    const again = await submitBatch(p, batch, { keys: batch.keys });
    await viem.assertions.emit(p.manager.write.predeposit(predepositArguments(again)), p.manager, "KeySkipped");
    expect(await p.pool.read.inFlightGwei()).to.equal(1_000_000_000n);
  });

  it("INC-09 takes all but its own compounding credentials for foreign", async () => {
    const { p } = await networkHelpers.loadFixture(frontRun);
    const vault = p.withdrawalVault.address;
    const batch: BatchHandle = await submitBatch(p, await handleOf(p), { count: 5 });
    await predeposit(p, batch);
    const zeros: Hex = `0x${"00".repeat(11)}`;
    const credentials: Hex[] = [
      concatHex(["0x01", zeros, vault]),
      concatHex(["0x00", zeros, vault]),
      concatHex(["0x03", zeros, vault]),
      concatHex(["0x02", `0x${"00".repeat(10)}01`, vault]),
      concatHex(["0x02", zeros, p.pool.address]),
    ];
    const records = batch.keys.map(({ pubkey }, i) => ({ pubkey, withdrawalCredentials: credentials[i]! }));
    await prove(p, await sight(p, records));
    for (const { pubkey } of batch.keys) expect((await validatorOf(p, pubkey)).status).to.equal(FAULTY);
  });

  it("INC-39 lets no bond go that the fault has locked", async () => {
    const { p, batch, pubkey } = await networkHelpers.loadFixture(frontRun);
    await p.registry.write.requestBondWithdrawal([1, parseEther("18.4")], { account: batch.owner.account });
    await settleFrom(p, (await p.registry.read.getOperator([1])).withdrawalAt);
    await proveTheft(p, pubkey);
    await p.registry.write.withdrawBond([1], { account: batch.owner.account });
    const { bondShares, lockedShares } = await p.registry.read.getOperator([1]);
    expect([bondShares, lockedShares]).to.deep.equal([parseEther("1.6"), parseEther("1.5")]);
  });
});

async function handleOf(p: Protocol) {
  const { paymentAddress } = await p.registry.read.getOperator([1]);
  return { operatorId: 1, owner: p.accounts.operators[0], paymentAddress };
}
