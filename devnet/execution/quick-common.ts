import {
  Common,
  parseGethGenesis,
  type BaseOpts,
  type ChainConfig,
  type ParamsConfig,
  type ParamsDict,
} from "@ethereumjs/common";
import type { ExecutionGenesis } from "./genesis.ts";

/** What was computed from one parameter set, valid until another dictionary is merged into it. */
interface Memo {
  merged: Set<ParamsDict>;
  caches: Map<string, ParamsConfig>;
}

const memos = new WeakMap<ParamsDict, Memo>();

/**
 * The rules of the chain as EthereumJS knows them, remembered. The original merges the same parameter dictionaries
 * anew for every block header that is read, which was two thirds of the execution client's time.
 */
class QuickCommon extends Common {
  override updateParams(params: ParamsDict): void {
    const memo = memoOf(this._params);
    if (memo.merged.has(params)) return this._buildParamsCache();
    memo.merged.add(params);
    memo.caches.clear();
    super.updateParams(params);
  }

  protected override _buildParamsCache(): void {
    const { caches } = memoOf(this._params);
    const key = `${this.hardfork()} ${this.eips().join()}`;
    const known = caches.get(key);
    if (known !== undefined) {
      this._paramsCache = known;
      return;
    }
    super._buildParamsCache();
    caches.set(key, this._paramsCache);
  }
}

/** Copies of a Common share its parameters, so what is remembered hangs on those. */
function memoOf(params: ParamsDict): Memo {
  let memo = memos.get(params);
  if (memo === undefined) {
    memo = { merged: new Set(), caches: new Map() };
    memos.set(params, memo);
  }
  return memo;
}

/** The rules that a genesis in geth's format describes. */
export function createQuickCommon(
  genesis: ExecutionGenesis,
  customCrypto: NonNullable<BaseOpts["customCrypto"]>,
): Common {
  const parsed = parseGethGenesis(genesis as unknown as Parameters<typeof parseGethGenesis>[0], "ethstake-devnet");
  const { hardfork } = parsed;
  if (hardfork === undefined) throw new Error("The genesis names no hard fork");
  return new QuickCommon({ chain: parsed as unknown as ChainConfig, hardfork, customCrypto });
}
