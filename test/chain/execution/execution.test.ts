import { expect } from "chai";
import { encodeErrorResult, parseAbi, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { readBeaconRoot } from "../../../chain/execution/beacon-roots.ts";
import { createExecution, type Execution } from "../../../chain/execution/client.ts";
import { createTransactor, type TransactorOptions } from "../../../chain/execution/transact.ts";
import { networkByName } from "../../../chain/networks.ts";
import { thrownBy } from "../support/thrown.ts";
import { startFakeNode, type FakeNode } from "./fake-node.ts";

const abi = parseAbi(["function stake(uint256 shares) payable", "error SharesBelowMinimum(uint256 got, uint256 want)"]);
const inner = parseAbi(["error BondTooSmall(uint32 operatorId, uint256 freeWei)"]);
const address = `0x${"22".repeat(20)}` as const;
const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
const devnet = networkByName("devnet");
const call = { address, abi, functionName: "stake", args: [5n], valueWei: 7n } as const;
const revert = (data: Hex) => ({ code: 3, message: "execution reverted", data });

describe("the execution client", () => {
  let node: FakeNode;
  let execution: Execution;
  const transactor = (options: Partial<TransactorOptions> = {}) => createTransactor({ execution, account, ...options });
  beforeEach(async () => {
    node = await startFakeNode(devnet.chainId);
    execution = createExecution({ urls: [node.url], network: devnet, pollingIntervalMs: 5 });
  });
  afterEach(() => node.close());

  it("takes a node of its chain and refuses one of another, by name", async () => {
    await execution.assertChain();
    const wrong = createExecution({ urls: [`${node.url}/v3/s3cr3t`], network: networkByName("hoodi") });
    const error = await thrownBy(() => wrong.assertChain());
    expect(error).to.include({ code: "WRONG_CHAIN", retryable: false });
    expect(error.message).not.to.include("s3cr3t");
  });

  it("goes on when one of two nodes is down, and not when both are", async () => {
    const other = await startFakeNode(devnet.chainId);
    const both = createExecution({ urls: [other.url, node.url], network: devnet });
    other.behaviour.down = true;
    await both.assertChain();
    expect(await both.client.getBlockNumber()).to.equal(16n);
    node.behaviour.down = true;
    expect(await thrownBy(() => both.assertChain())).to.include({ code: "EXECUTION_UNREACHABLE", retryable: true });
    await other.close();
  });

  it("sends, waits, and says what the gas cost whatever the receipt claims", async () => {
    const hashes: Hex[] = [];
    const mined = await transactor({ onSent: (hash) => void hashes.push(hash) }).sendAndWait(call);
    expect(hashes).to.deep.equal([mined.hash]);
    expect(node.sent).to.have.length(1);
    expect(node.sent[0]?.gas).to.equal(120_000n);
    expect(mined.costWei).to.equal(80_000n * (10n ** 9n + 10n ** 8n));
  });

  it("uses the tip it is given", async () => {
    const mined = await transactor({ priorityFeePerGasWei: 3n }).sendRaw({ to: address, valueWei: 1n });
    expect(node.sent[0]?.tip).to.equal(3n);
    expect(mined.costWei).to.equal(80_000n * (10n ** 9n + 3n));
  });

  it("sends one after the other, also when asked at once and when one fails", async () => {
    const { sendAndWait, sendRaw } = transactor();
    node.behaviour.status = "0x0";
    const failed = thrownBy(() => sendAndWait(call));
    const second = failed.then(() => void (node.behaviour.status = "0x1"));
    expect((await failed).code).to.equal("TRANSACTION_REVERTED");
    await second;
    await Promise.all([sendAndWait(call), sendRaw({ to: address }), sendAndWait(call)]);
    expect(node.sent.map(({ nonce }) => nonce)).to.deep.equal([0, 1, 2, 3]);
  });

  it("names the custom error of the contract and sends nothing", async () => {
    node.behaviour.call = revert(encodeErrorResult({ abi, errorName: "SharesBelowMinimum", args: [4n, 5n] }));
    const error = await thrownBy(() => transactor().sendAndWait(call));
    expect(error).to.include({ code: "CONTRACT_REVERTED", retryable: false });
    expect(error.details).to.deep.include({ errorName: "SharesBelowMinimum", args: [4n, 5n] });
    expect(error.message).to.equal("stake is refused: SharesBelowMinimum(4, 5)");
    expect(node.sent).to.have.length(0);
  });

  it("names errors of contracts further down, and keeps the selector of unknown ones", async () => {
    const data = encodeErrorResult({ abi: inner, errorName: "BondTooSmall", args: [1, 2n] });
    node.behaviour.call = revert(data);
    const known = await thrownBy(() => transactor({ errorAbi: [...inner] }).simulate(call));
    expect(known.details).to.deep.include({ errorName: "BondTooSmall", args: [1, 2n] });
    const unknown = await thrownBy(() => transactor().simulate(call));
    expect(unknown.details).to.deep.include({ errorName: "UnknownError", args: [data.slice(0, 10)] });
  });

  it("refuses gas over the limit, an account without ether, and says when the node is down", async () => {
    expect(await thrownBy(() => transactor({ maxCostWei: 1n }).sendAndWait(call))).to.include({
      code: "COST_LIMIT",
      retryable: true,
    });
    node.behaviour.balanceWei = 8n;
    expect((await thrownBy(() => transactor().sendAndWait(call))).code).to.equal("INSUFFICIENT_FUNDS");
    node.behaviour.balanceWei = 6n;
    expect((await thrownBy(() => transactor().sendRaw({ to: address, valueWei: 7n }))).code).to.equal(
      "INSUFFICIENT_FUNDS",
    );
    node.behaviour.down = true;
    expect((await thrownBy(() => transactor().sendAndWait(call))).code).to.equal("EXECUTION_UNREACHABLE");
    expect(node.sent).to.have.length(0);
  });

  it("names an error that only the estimate meets, and one of a raw call", async () => {
    const refusal = revert(encodeErrorResult({ abi, errorName: "SharesBelowMinimum", args: [4n, 5n] }));
    node.behaviour.estimate = refusal;
    expect((await thrownBy(() => transactor().sendAndWait(call))).details["errorName"]).to.equal("SharesBelowMinimum");
    node.behaviour.call = refusal;
    const raw = transactor({ errorAbi: [...abi] }).sendRaw({ to: address, data: "0x1234" });
    expect((await thrownBy(() => raw)).details["errorName"]).to.equal("SharesBelowMinimum");
    expect(node.sent).to.have.length(0);
  });

  it("INV-17 never calls a transaction that may be on its way retryable", async () => {
    node.behaviour.status = "never";
    const late = await thrownBy(() => transactor({ receiptTimeoutMs: 50 }).sendAndWait(call));
    expect(late).to.include({ code: "TRANSACTION_PENDING", retryable: false });
    expect(late.details["hash"]).to.equal(node.sent[0]?.hash);

    node.behaviour.sending = "lost";
    const lost = await thrownBy(() => transactor().sendAndWait(call));
    expect(lost).to.include({ code: "TRANSACTION_PENDING", retryable: false });
    expect(lost.details["hash"]).to.equal(node.sent.at(-1)?.hash);
    // Tried again on the wire, but always the same signed bytes.
    expect(new Set(node.sent.slice(1).map(({ hash }) => hash)).size).to.equal(1);
  });

  it("takes 'already known' for sent, and a refusal of the node for not sent", async () => {
    node.behaviour.sending = { code: -32000, message: "already known" };
    expect((await transactor().sendAndWait(call)).hash).to.equal(node.sent[0]?.hash);
    node.behaviour.sending = { code: -32000, message: "nonce too low" };
    expect((await thrownBy(() => transactor().sendAndWait(call))).code).to.equal("EXECUTION_FAILED");
  });

  it("reads beacon roots, and knows when there is none", async () => {
    const root: Hex = `0x${"ab".repeat(32)}`;
    node.behaviour.call = root;
    expect(await readBeaconRoot(execution, 1234)).to.equal(root);
    const asked = JSON.parse(node.seen.at(-1)?.body ?? "{}");
    expect(asked.params[0]).to.deep.include({
      to: "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02",
      data: `0x${(1234).toString(16).padStart(64, "0")}`,
    });
    node.behaviour.call = "0x";
    expect((await thrownBy(() => readBeaconRoot(execution, 1n))).code).to.equal("BEACON_ROOT_UNKNOWN");
    node.behaviour.call = revert("0x");
    expect((await thrownBy(() => readBeaconRoot(execution, 1n))).code).to.equal("BEACON_ROOT_UNKNOWN");
    node.behaviour.down = true;
    expect((await thrownBy(() => readBeaconRoot(execution, 1n))).code).to.equal("EXECUTION_UNREACHABLE");
  });
});
