import type { TxPool } from "@ethereumjs/client/dist/esm/src/service/txpool.js";
import type { TypedTransaction } from "@ethereumjs/tx";

/**
 * Leaves out of a block the accounts whose next transaction does not pay the base fee. The pool means to, but puts nothing
 * in the place of such a transaction: beside another one that ends the making of the block with a TypeError.
 */
export function passOverUnderpriced(txPool: TxPool): void {
  const pick = txPool.txsByPriceAndNonce;
  txPool.txsByPriceAndNonce = (vm, options = {}) => {
    const { baseFee = 0n } = options;
    const payable = [...txPool.pool].filter(([, waiting]) => {
      const [next] = waiting.map(({ tx }) => tx).sort((a, b) => Number(a.nonce - b.nonce));
      return next !== undefined && mostPerGas(next) >= baseFee;
    });
    // The same pool, seen with fewer accounts: what arrives meanwhile goes into the pool itself.
    const seen = Object.create(txPool, { pool: { value: new Map(payable) } }) as TxPool;
    return pick.call(seen, vm, options);
  };
}

function mostPerGas(tx: TypedTransaction): bigint {
  return "maxFeePerGas" in tx ? tx.maxFeePerGas : tx.gasPrice;
}
