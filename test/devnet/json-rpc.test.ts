import { SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import { BaseError, concatHex, numberToHex, padHex, parseEther, RpcRequestError, toHex, type Hex } from "viem";
import { fundedAccount, startDevnet, type Devnet } from "../../devnet/index.ts";
import { clientsOf, type Clients } from "./clients.ts";

/** Returns the bytes after its constructor code as a contract: PUSH2 size, PUSH1 14, PUSH1 0, CODECOPY, PUSH2 size, PUSH1 0, RETURN. */
const deployable = (runtime: Hex): Hex => {
  const size = numberToHex((runtime.length - 2) / 2, { size: 2 }).slice(2);
  return `0x61${size}600e60003961${size}6000f3${runtime.slice(2)}`;
};
/** LOG2 with the two words of the call data as topics. */
const LOGGER = deployable("0x60203560003560006000a200");
/** Reverts with 0xdeadbeef. */
const REVERTER = deployable("0x63deadbeef6000526004601cfd");
/** Sets storage slot 0 to 1, or clears it if it is set, which earns a refund of gas. */
const SWITCH = deployable("0x600054600d57600160005500005b600060005500");
const PAIRING = "0x000000000000000000000000000000000000000f";
/** A point of each group in the encoding of EIP-2537: coordinates of 64 bytes, the real part of G2 first. */
const pairingInput = (): Hex => {
  const secretKey = SecretKey.fromKeygen(new Uint8Array(32).fill(1));
  const points = [secretKey.toPublicKey().toBytes(false), secretKey.sign(new Uint8Array(32)).toBytes(false)];
  const [x, y, x1, x0, y1, y0] = toHex(Buffer.concat(points)).slice(2).match(/.{96}/g) ?? [];
  return `0x${[x, y, x0, x1, y0, y1].map((coordinate) => "00".repeat(16) + coordinate).join("")}`;
};
const word = (value: number) => padHex(numberToHex(value), { size: 32 });

describe("devnet JSON-RPC, as viem uses it", function () {
  this.timeout(60_000);
  let devnet: Devnet;
  let clients: Clients;

  before(async () => {
    devnet = await startDevnet({ mode: "virtual", prefund: [{ address: PAIRING, balanceWei: 5n }] });
    clients = clientsOf(devnet, 1);
    await devnet.advance({ slots: 2 });
  });
  after(() => devnet.stop());

  const deploy = async (bytecode: Hex): Promise<Hex> => {
    const hash = await clients.wallet.deployContract({ abi: [], bytecode });
    await devnet.advance({ slots: 1 });
    const { status, contractAddress } = await clients.client.getTransactionReceipt({ hash });
    expect(status).to.equal("success");
    return contractAddress ?? "0x";
  };
  const errorOf = async (promise: Promise<unknown>): Promise<BaseError> => {
    try {
      await promise;
    } catch (error) {
      if (error instanceof BaseError) return error;
      throw error;
    }
    throw new Error("did not fail");
  };

  it("numbers several transactions before a block by itself, and shows them while they wait", async () => {
    const { client, wallet, account } = clients;
    const nonce = await client.getTransactionCount({ address: account.address });
    const hashes: Hex[] = [];
    for (let i = 0; i < 5; i++) hashes.push(await wallet.sendTransaction({ to: fundedAccount(2).address, value: 1n }));
    expect(await client.getTransactionCount({ address: account.address, blockTag: "pending" })).to.equal(nonce + 5);
    expect((await client.getTransaction({ hash: hashes[4] ?? "0x" })).blockNumber).to.equal(null);
    const [receipts] = await Promise.all([
      Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 20_000 }))),
      devnet.advance({ slots: 1 }),
    ]);
    expect(receipts.map(({ status, gasUsed }) => `${status} ${gasUsed}`)).to.deep.equal(Array(5).fill("success 21000"));
    expect(new Set(receipts.map(({ transactionIndex }) => transactionIndex)).size).to.equal(5);
    expect((await client.getTransaction({ hash: hashes[4] ?? "0x" })).gasPrice).to.equal(
      receipts[4]?.effectiveGasPrice,
    );
  });

  it("answers balances, code, storage and calls of the past", async () => {
    const { client, wallet } = clients;
    const to = "0x00000000000000000000000000000000000b0b00";
    const before = await client.getBlockNumber();
    await wallet.sendTransaction({ to, value: 7n });
    await devnet.advance({ slots: 1 });
    await wallet.sendTransaction({ to, value: 1n });
    await devnet.advance({ slots: 1 });
    const at = (blockNumber: bigint) => client.getBalance({ address: to, blockNumber });
    expect([await at(before), await at(before + 1n), await at(before + 2n)]).to.deep.equal([0n, 7n, 8n]);
    expect(await client.getBalance({ address: to, blockTag: "finalized" })).to.equal(0n);
    expect(await client.getBalance({ address: PAIRING })).to.equal(5n);

    const contract = await deploy(SWITCH);
    const deployedAt = await client.getBlockNumber();
    await wallet.sendTransaction({ to: contract });
    await devnet.advance({ slots: 1 });
    expect(await client.getCode({ address: contract, blockNumber: deployedAt - 1n })).to.equal(undefined);
    expect(await client.getCode({ address: contract })).not.to.equal(undefined);
    expect(await client.getStorageAt({ address: contract, slot: "0x0", blockNumber: deployedAt })).to.equal(word(0));
    expect(await client.getStorageAt({ address: contract, slot: "0x0" })).to.equal(word(1));
    const root = (blockNumber: bigint) => client.call({ to: devnet.depositContract, data: "0xc5f2892f", blockNumber });
    expect((await root(deployedAt)).data).to.have.length(66);
  });

  it("estimates the gas limit that suffices, refunds included", async () => {
    const { client, wallet, account } = clients;
    const contract = await deploy(SWITCH);
    for (const step of ["set", "clear"]) {
      const gas = await client.estimateGas({ account, to: contract });
      const hash = await wallet.sendTransaction({ to: contract, gas });
      await devnet.advance({ slots: 1 });
      const { status, gasUsed } = await client.getTransactionReceipt({ hash });
      expect(status, step).to.equal("success");
      if (step === "clear") expect(gas > gasUsed, `${gas} > ${gasUsed}`).to.equal(true);
    }
    expect(await client.estimateGas({ account, to: account.address, value: 1n })).to.equal(21_000n);
  });

  it("gives reverts with their data, to calls and estimates", async () => {
    const { client, account } = clients;
    const contract = await deploy(REVERTER);
    for (const promise of [client.call({ to: contract }), client.estimateGas({ account, to: contract })]) {
      const cause = (await errorOf(promise)).walk((error) => error instanceof RpcRequestError);
      expect(cause).to.include({ code: 3, data: "0xdeadbeef" });
    }
  });

  it("says that funds are missing in words that viem knows", async () => {
    const { wallet } = clientsOf(devnet, 40);
    for (const gas of [undefined, 21_000n]) {
      const sent = wallet.sendTransaction({
        to: clients.account.address,
        value: 1n,
        ...(gas === undefined ? {} : { gas }),
      });
      expect((await errorOf(sent)).walk((error) => (error as Error).name === "InsufficientFundsError")).not.to.equal(
        null,
      );
    }
  });

  it("filters logs by address, every topic and range", async () => {
    const { client, wallet } = clients;
    const address = await deploy(LOGGER);
    const from = await client.getBlockNumber();
    for (const [a, b] of [
      [1, 2],
      [1, 3],
      [4, 2],
    ] as const)
      await wallet.sendTransaction({ to: address, data: concatHex([word(a), word(b)]) });
    await devnet.advance({ slots: 1 });
    await wallet.sendTransaction({ to: address, data: concatHex([word(1), word(2)]) });
    await devnet.advance({ slots: 1 });
    const count = async (topics: (Hex | Hex[] | null)[], toBlock: Hex | "latest" | "finalized" = "latest") => {
      const fromBlock = toBlock === "finalized" ? "0x0" : numberToHex(from);
      return (await client.request({ method: "eth_getLogs", params: [{ address, fromBlock, toBlock, topics }] }))
        .length;
    };
    expect(await count([])).to.equal(4);
    expect(await count([word(1)])).to.equal(3);
    expect(await count([null, word(2)])).to.equal(3);
    expect(await count([word(1), word(2)])).to.equal(2);
    expect(await count([[word(1), word(4)], word(2)])).to.equal(3);
    expect(await count([word(9)])).to.equal(0);
    expect(await count([], numberToHex(from + 1n))).to.equal(3);
    expect(await count([], "finalized")).to.equal(0);
    const logs = await client.getLogs({ address, fromBlock: from });
    expect(logs.map(({ logIndex }) => logIndex)).to.deep.equal([0, 1, 2, 0]);
  });

  it("quotes fees, also after a transaction of the old type", async () => {
    const { client, wallet } = clients;
    await wallet.sendTransaction({ to: fundedAccount(2).address, gasPrice: parseEther("0.00000001"), type: "legacy" });
    await devnet.advance({ slots: 1 });
    const { baseFeePerGas } = await client.getBlock();
    expect(await client.estimateMaxPriorityFeePerGas()).to.equal(1_000_000_000n);
    expect((await client.getGasPrice()) > (baseFeePerGas ?? 0n) / 2n).to.equal(true);
    const history = await client.getFeeHistory({ blockCount: 1000, rewardPercentiles: [50] });
    expect(history.baseFeePerGas).to.have.length(Number(await client.getBlockNumber()) + 2);
  });

  it("takes a contract of 24 KB and 16 million gas of pairings", async () => {
    const { client, wallet } = clients;
    await deploy(deployable(`0x${"5b".repeat(24_575)}00`));
    // The call data as input of the precompile, again and again until 300,000 gas are left.
    const contract = await deploy(deployable("0x3660006000375b6020610400366000600f5afa505a620493e01060065700"));
    const start = performance.now();
    const hash = await wallet.sendTransaction({ to: contract, data: pairingInput(), gas: 16_000_000n });
    await devnet.advance({ slots: 1 });
    const { status, gasUsed } = await client.getTransactionReceipt({ hash });
    expect(status).to.equal("success");
    expect(gasUsed > 15_000_000n).to.equal(true);
    expect(performance.now() - start).to.be.lessThan(10_000);
  });
});
