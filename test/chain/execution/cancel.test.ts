import { expect } from "chai";
import { BaseError, keccak256, parseTransaction, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { cancelWaiting } from "../../../chain/execution/cancel.ts";
import type { Execution } from "../../../chain/execution/client.ts";
import { EthStakeError } from "../../../runtime/errors.ts";

const account = privateKeyToAccount(`0x${"11".repeat(32)}`);

/** A node with one transaction of nonce 7 that waits at this fee; it wants a tenth more to replace it. */
function nodeWith({ waitingFeeWei, landsMeanwhile = false }: { waitingFeeWei: bigint; landsMeanwhile?: boolean }) {
  const chain = {
    mined: 7,
    pending: 8,
    taken: [] as { nonce: number; maxFeePerGas: bigint; to: string; value: bigint }[],
  };
  const client = {
    getTransactionCount: async ({ blockTag }: { blockTag: string }) =>
      blockTag === "pending" ? chain.pending : chain.mined,
    estimateFeesPerGas: async () => ({ maxFeePerGas: 100n, maxPriorityFeePerGas: 10n }),
    sendRawTransaction: async ({ serializedTransaction }: { serializedTransaction: Hex }) => {
      const { nonce = 0, maxFeePerGas = 0n, to, value = 0n } = parseTransaction(serializedTransaction);
      if (landsMeanwhile) chain.mined = 8;
      if (maxFeePerGas * 10n < waitingFeeWei * 11n) throw new BaseError("replacement transaction underpriced");
      chain.taken.push({ nonce, maxFeePerGas, to: to ?? "", value });
      chain.mined = 8;
      return keccak256(serializedTransaction);
    },
    waitForTransactionReceipt: async () => ({ status: "success" }),
  };
  return { chain, execution: { client, chain: { id: 32382 } } as unknown as Execution };
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
  );

describe("chain/execution/cancel", () => {
  it("INV-17 replaces what waits, with the same nonce, by a transfer of nothing to itself", async () => {
    const { chain, execution } = nodeWith({ waitingFeeWei: 300n });
    expect(await cancelWaiting(execution, account)).to.match(/^0x[0-9a-f]{64}$/);
    expect(chain.taken).to.have.length(1);
    expect(chain.taken[0]).to.deep.include({ nonce: 7, value: 0n });
    expect(chain.taken[0]?.to.toLowerCase()).to.equal(account.address.toLowerCase());
    expect((chain.taken[0]?.maxFeePerGas ?? 0n) >= 330n).to.equal(true);
  });

  it("does nothing when nothing waits, or when it landed meanwhile", async () => {
    const { chain, execution } = nodeWith({ waitingFeeWei: 300n, landsMeanwhile: true });
    expect(await cancelWaiting(execution, account)).to.equal(undefined);
    expect(await cancelWaiting(execution, account)).to.equal(undefined);
    expect(chain.taken).to.deep.equal([]);
  });

  it("stays below the limit of cost, and gives up with an error rather than to go on for ever", async () => {
    const { chain, execution } = nodeWith({ waitingFeeWei: 10n ** 12n });
    expect(await codeOf(cancelWaiting(execution, account, { maxCostWei: 21_000n * 200n }))).to.equal("COST_LIMIT");
    expect(await codeOf(cancelWaiting(execution, account))).to.equal("TRANSACTION_STUCK");
    expect(chain.taken).to.deep.equal([]);
  });
});
