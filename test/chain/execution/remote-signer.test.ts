import { expect } from "chai";
import {
  parseGwei,
  parseTransaction,
  recoverTransactionAddress,
  recoverTypedDataAddress,
  zeroHash,
  type Hex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { connectRemoteSigner } from "../../../chain/execution/remote-signer.ts";
import { reportTypedData } from "../../../chain/report/typed-data.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { startServer, type TestServer } from "../support/http-server.ts";

const held = privateKeyToAccount(`0x${"11".repeat(32)}`);
const id = { refSlot: 127n, blockRoot: zeroHash, cutoffTimestamp: 5n, version: 1, reportHash: zeroHash };
const data = reportTypedData({ chainId: 32382, committee: "0x5FbDB2315678afecb367f032d93F642f64180aa3" }, id);

/** What a signer such as Web3Signer answers, with the key of `held`. */
async function answer(body: string): Promise<unknown> {
  const { method, params } = JSON.parse(body) as { method: string; params: never[] };
  if (method === "eth_accounts") return { result: [held.address.toLowerCase()] };
  if (method === "eth_signTypedData") return { result: await held.signTypedData(params[1] ?? expect.fail()) };
  if (method === "eth_signTransaction") {
    const given = (params[0] ?? expect.fail("no transaction")) as Record<string, Hex>;
    const { to, data: input } = given;
    const amount = (name: string) => BigInt(given[name] ?? 0);
    const quantities = { gas: amount("gas"), nonce: Number(amount("nonce")), value: amount("value") };
    const prices = { maxFeePerGas: amount("maxFeePerGas"), maxPriorityFeePerGas: amount("maxPriorityFeePerGas") };
    const transaction = {
      chainId: 32382,
      type: "eip1559",
      to: to ?? null,
      data: input ?? "0x",
      ...quantities,
      ...prices,
    } as const;
    return { result: await held.signTransaction(transaction) };
  }
  return { error: { message: "method not found" } };
}

describe("chain/execution/remote-signer", () => {
  let server: TestServer;
  beforeEach(async () => (server = await startServer(async ({ body }) => ({ body: (await answer(body)) as object }))));
  afterEach(() => server.close());

  it("signs reports and transactions with a key that never leaves the signer", async () => {
    const account = await connectRemoteSigner(server.url, held.address);
    const signature = await account.signTypedData(data);
    expect(await recoverTypedDataAddress({ ...data, signature })).to.equal(held.address);
    const signed = await account.signTransaction({
      chainId: 32382,
      type: "eip1559",
      nonce: 3,
      to: held.address,
      data: "0x1234",
      gas: 21_000n,
      maxFeePerGas: parseGwei("2"),
      maxPriorityFeePerGas: 1n,
    });
    expect(parseTransaction(signed)).to.include({ nonce: 3, data: "0x1234", gas: 21_000n });
    expect(await recoverTransactionAddress({ serializedTransaction: signed as never })).to.equal(held.address);
  });

  it("refuses a signer without the key, one that refuses, and one that is away", async () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
      );
    const other = privateKeyToAccount(`0x${"12".repeat(32)}`).address;
    expect(await codeOf(connectRemoteSigner(server.url, other))).to.equal("SIGNER_WITHOUT_KEY");
    const account = await connectRemoteSigner(server.url, held.address);
    await server.close();
    expect(await codeOf(account.signTypedData(data))).to.equal("SIGNER_UNREACHABLE");
    const refusing = await startServer(() => ({ status: 500, body: {} }));
    expect(await codeOf(connectRemoteSigner(refusing.url, held.address))).to.equal("SIGNER_REFUSED");
    await refusing.close();
  });
});
