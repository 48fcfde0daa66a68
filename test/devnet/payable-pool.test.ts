import { TxPool } from "@ethereumjs/client/dist/esm/src/service/txpool.js";
import { createFeeMarket1559Tx } from "@ethereumjs/tx";
import { createVM } from "@ethereumjs/vm";
import { expect } from "chai";

import { passOverUnderpriced } from "../../devnet/execution/payable-pool.ts";

const BASE_FEE = 1_000n;

/** A pool in which each account has transactions that pay so much, by nonce. */
function poolOf(...accounts: readonly (readonly bigint[])[]): TxPool {
  const waiting = accounts.map((fees, index) => {
    const key = new Uint8Array(32).fill(index + 1);
    const txs = fees.map((maxFeePerGas, nonce) =>
      createFeeMarket1559Tx({ nonce, maxFeePerGas, maxPriorityFeePerGas: 1n, gasLimit: 21_000 }).sign(key),
    );
    const sender = txs[0]?.getSenderAddress().toString().slice(2) ?? "";
    return [sender, txs.map((tx) => ({ tx, hash: "", added: 0 }))] as const;
  });
  const pool = Object.create(TxPool.prototype) as TxPool;
  return Object.assign(pool, { pool: new Map(waiting), config: {} });
}

async function pick(pool: TxPool, baseFee?: bigint) {
  const options = baseFee === undefined ? {} : { baseFee };
  const txs = await pool.txsByPriceAndNonce(await createVM(), options);
  return txs.map((tx) => "maxFeePerGas" in tx && tx.maxFeePerGas).sort();
}

describe("devnet/execution/payable-pool", () => {
  it("takes what pays the base fee, and of nobody what follows one that does not", async () => {
    const pool = poolOf([999n, 5_000n], [1_000n, 999n, 6_000n], [2_000n, 3_000n], [10n]);
    await pick(pool, BASE_FEE).then(
      () => expect.fail("the client has mended it: this stand-in can go"),
      (error: unknown) => expect(error).to.be.instanceOf(TypeError),
    );
    passOverUnderpriced(pool);
    expect(await pick(pool, BASE_FEE)).to.deep.equal([1_000n, 2_000n, 3_000n]);
    expect(pool.pool.size).to.equal(4);
  });

  it("takes everything where no base fee is asked for", async () => {
    const pool = poolOf([999n, 5_000n], [10n]);
    passOverUnderpriced(pool);
    expect(await pick(pool)).to.have.length(3);
  });
});
