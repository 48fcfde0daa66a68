import { expect } from "chai";
import { concatHex, numberToHex, padHex, parseEther, type Hex } from "viem";
import { startDevnet, type Devnet } from "../../devnet/index.ts";
import { beacon, beaconState, clientsOf } from "./clients.ts";
import { DEPOSIT_ABI, depositArguments, testKey } from "./deposit.ts";
import { genesisKey, postVoluntaryExit } from "./exit.ts";

const BEACON_ROOTS = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
const WITHDRAWAL_REQUESTS = "0x00000961Ef480Eb55e80D19ad83579A64c007002";
const FEE_RECIPIENT: Hex = "0x00000000000000000000000000000000c0ffee01";
const SKIPPED_SLOT = 5;
const OFFLINE_INDEX = 7;

interface ValidatorInfo {
  index: string;
  status: string;
  balance: string;
  validator: { pubkey: Hex; exit_epoch: string; withdrawable_epoch: string };
}
interface HeaderInfo {
  root: Hex;
  header: { message: { slot: string; state_root: Hex; parent_root: Hex } };
}

describe("devnet: the life of a validator on the real network", function () {
  this.timeout(120_000);
  let devnet: Devnet;
  const { secretKey, pubkey } = testKey(7);

  before(async () => {
    devnet = await startDevnet({ mode: "virtual" });
  });
  after(() => devnet.stop());

  const validator = async (id: string | number, stateId: string | number = "head") =>
    (await beacon<ValidatorInfo>(devnet, `/eth/v1/beacon/states/${stateId}/validators/${id}`)).data;
  const header = (id: string | number) => beacon<HeaderInfo>(devnet, `/eth/v1/beacon/headers/${id}`);
  const advanceUntil = async (done: () => Promise<boolean>, limit: number): Promise<number> => {
    for (let slots = 0; slots <= limit; slots += 8) {
      if (await done()) return slots;
      await devnet.advance({ slots: 8 });
    }
    throw new Error(`not reached within ${limit} slots`);
  };
  const requestWithdrawal = async (amountGwei: bigint) => {
    const { wallet, client } = clientsOf(devnet, 1);
    const { data: fee } = await client.call({ to: WITHDRAWAL_REQUESTS });
    const hash = await wallet.sendTransaction({
      to: WITHDRAWAL_REQUESTS,
      data: concatHex([pubkey, numberToHex(amountGwei, { size: 8 })]),
      value: BigInt(fee ?? 0),
    });
    await devnet.advance({ slots: 1 });
    expect((await client.getTransactionReceipt({ hash })).status).to.equal("success");
  };

  it("sees a deposit in pending_deposits in the block that carries it", async () => {
    const { wallet, client, account } = clientsOf(devnet, 1);
    await devnet.addValidators([{ secretKey: secretKey.toBytes(), feeRecipient: FEE_RECIPIENT }]);
    const hash = await wallet.writeContract({
      address: devnet.depositContract,
      abi: DEPOSIT_ABI,
      functionName: "deposit",
      args: depositArguments(secretKey, account.address, 40_000_000_000n),
      value: parseEther("40"),
    });
    await devnet.advance({ slots: 1 });
    expect((await client.getTransactionReceipt({ hash })).status).to.equal("success");
    const pending = await beacon<{ pubkey: Hex; amount: string }[]>(
      devnet,
      "/eth/v1/beacon/states/head/pending_deposits",
    );
    expect(pending.data.map(({ pubkey, amount }) => ({ pubkey, amount }))).to.deep.equal([
      { pubkey, amount: "40000000000" },
    ]);
    expect((await beacon(devnet, `/eth/v1/beacon/states/head/validators/${pubkey}`)).status).to.equal(404);
  });

  it("leaves a slot without a block when asked", async () => {
    const before = devnet.slot();
    await devnet.advance({ slots: SKIPPED_SLOT - before + 3, skip: [SKIPPED_SLOT - before] });
    expect((await header(SKIPPED_SLOT)).status).to.equal(404);
    expect((await header(SKIPPED_SLOT + 1)).status).to.equal(200);
    expect(slotOf(await beaconState(devnet, SKIPPED_SLOT))).to.equal(SKIPPED_SLOT);
  });

  it("writes each beacon root into the execution chain", async () => {
    const { client } = clientsOf(devnet, 1);
    const { timestamp } = await client.getBlock();
    const { data } = await client.call({ to: BEACON_ROOTS, data: padHex(numberToHex(timestamp), { size: 32 }) });
    expect(data).to.equal((await header("head")).data.header.message.parent_root);
    expect(Number(timestamp)).to.equal(devnet.genesisTime + devnet.slot() * devnet.secondsPerSlot);
  });

  it("makes the deposit an active validator, while one that is offline loses balance", async () => {
    const genesis = [OFFLINE_INDEX, OFFLINE_INDEX + 1];
    const [offline] = await Promise.all(genesis.map((index) => validator(index)));
    await devnet.setOffline([offline?.validator.pubkey ?? "0x"]);
    const slots = await advanceUntil(async () => (await validator(pubkey))?.status === "active_ongoing", 120);
    expect(slots).to.be.greaterThan(30);
    const [after, online] = await Promise.all(genesis.map((index) => validator(index)));
    expect(Number(after?.balance)).to.be.lessThan(Number(offline?.balance));
    expect(Number(online?.balance)).to.be.greaterThan(Number(after?.balance));
    expect((await devnet.status()).offline).to.deep.equal([offline?.validator.pubkey]);
    await devnet.setOnline([offline?.validator.pubkey ?? "0x"]);
    await devnet.advance({ slots: 24 });
    expect(Number((await validator(OFFLINE_INDEX)).balance)).to.be.greaterThan(Number(after?.balance) - 20_000);
  });

  it("reaches finality, and the execution client knows", async () => {
    const { client } = clientsOf(devnet, 1);
    const status = await devnet.status();
    expect(status.finalizedEpoch).to.equal(Math.floor(status.slot / 8) - 2);
    const finalized = await client.getBlock({ blockTag: "finalized" });
    const safe = await client.getBlock({ blockTag: "safe" });
    const latest = await client.getBlock();
    expect(Number(finalized.timestamp)).to.equal(
      devnet.genesisTime + status.finalizedEpoch * 8 * devnet.secondsPerSlot,
    );
    expect(finalized.number < safe.number && safe.number < latest.number).to.equal(true);
    expect(latest.hash).to.equal(status.executionBlockHash);
  });

  it("serves every past state, finalised or not, with the root that its block names", async () => {
    const head = devnet.slot();
    for (const slot of [1, 4, 7, 8, 9, 31, head - 30, head - 9, head - 1, head]) {
      const { state_root: stateRoot } = (await header(slot)).data.header.message;
      const { data } = await beacon<{ root: Hex }>(devnet, `/eth/v1/beacon/states/${slot}/root`);
      expect(data.root, `slot ${slot}`).to.equal(stateRoot);
      expect(slotOf(await beaconState(devnet, slot)), `slot ${slot}`).to.equal(slot);
      expect(slotOf(await beaconState(devnet, stateRoot)), `root of slot ${slot}`).to.equal(slot);
    }
    expect(slotOf(await beaconState(devnet, SKIPPED_SLOT))).to.equal(SKIPPED_SLOT);
    const { finalizedEpoch } = await devnet.status();
    expect(slotOf(await beaconState(devnet, "finalized"))).to.equal(finalizedEpoch * 8);
    for (const path of [
      "finality_checkpoints",
      "pending_deposits",
      "pending_partial_withdrawals",
      "validators?id=1,2",
    ]) {
      for (const id of ["head", "finalized", "genesis", 9, SKIPPED_SLOT]) {
        expect((await beacon(devnet, `/eth/v1/beacon/states/${id}/${path}`)).status, `${id} ${path}`).to.equal(200);
      }
    }
  });

  it("pays a partial withdrawal asked for through EIP-7002", async () => {
    const { client, account } = clientsOf(devnet, 1);
    await requestWithdrawal(2_000_000_000n);
    const pending = await beacon<{ amount: string }[]>(
      devnet,
      "/eth/v1/beacon/states/head/pending_partial_withdrawals",
    );
    expect(pending.data.map(({ amount }) => amount)).to.deep.equal(["2000000000"]);
    const before = await client.getBalance({ address: account.address });
    const paid = async () => (await client.getBalance({ address: account.address })) > before;
    await advanceUntil(paid, 80);
    expect((await client.getBalance({ address: account.address })) - before).to.equal(parseEther("2"));
  });

  it("pays all that is left after a full exit", async () => {
    const { client, account } = clientsOf(devnet, 1);
    await requestWithdrawal(0n);
    expect((await validator(pubkey)).status).to.equal("active_exiting");
    const before = await client.getBalance({ address: account.address });
    await advanceUntil(async () => (await validator(pubkey)).status === "withdrawal_done", 120);
    const paidWei = (await client.getBalance({ address: account.address })) - before;
    expect(paidWei > parseEther("38") && paidWei < parseEther("38.1"), `${paidWei} wei`).to.equal(true);
  });

  it("takes a voluntary exit from the pool", async () => {
    expect(await postVoluntaryExit(devnet, 5)).to.equal(200);
    await devnet.advance({ slots: 2 });
    expect((await validator(5)).status).to.equal("active_exiting");
  });

  it("pays tips to the fee recipient of the proposer", async () => {
    const { client, wallet } = clientsOf(devnet, 2);
    const everyone = Array.from({ length: 64 }, (_, index) => ({
      secretKey: genesisKey(index),
      feeRecipient: FEE_RECIPIENT,
    }));
    await devnet.addValidators(everyone);
    await devnet.advance({ slots: 8 }); // the node learns of it with the next epoch
    const before = await client.getBalance({ address: FEE_RECIPIENT });
    const hash = await wallet.sendTransaction({ to: wallet.account.address, maxPriorityFeePerGas: 3_000_000_000n });
    await devnet.advance({ slots: 1 });
    const { gasUsed, effectiveGasPrice, blockNumber } = await client.getTransactionReceipt({ hash });
    const { baseFeePerGas } = await client.getBlock({ blockNumber });
    expect(effectiveGasPrice).to.equal((baseFeePerGas ?? 0n) + 3_000_000_000n);
    const paidWei = (await client.getBalance({ address: FEE_RECIPIENT })) - before;
    expect(paidWei).to.equal(gasUsed * 3_000_000_000n);
  });
});

/** genesis_time (8 bytes), genesis_validators_root (32), then the slot. */
function slotOf(state: Uint8Array): number {
  return Number(new DataView(state.buffer, state.byteOffset).getBigUint64(40, true));
}
