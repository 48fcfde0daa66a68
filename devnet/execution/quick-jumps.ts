// The interpreter of EthereumJS, which its package does not export.
import { Interpreter } from "../../node_modules/@ethereumjs/evm/dist/esm/interpreter.js";

type Analysis = ReturnType<Interpreter["_getValidJumpDestinations"]>;

/**
 * Makes the interpreter remember where a contract may jump to. The original looks through the whole code anew in every
 * call. What it finds depends on the code and on the rules, and the devnet has one set of rules.
 */
export function rememberJumps(): void {
  const analyse = Reflect.get(Interpreter.prototype, "_getValidJumpDestinations") as (code: Uint8Array) => Analysis;
  const known = new Map<string, Analysis>();
  Interpreter.prototype._getValidJumpDestinations = function (this: Interpreter, code: Uint8Array): Analysis {
    const key = Buffer.from(code.buffer, code.byteOffset, code.byteLength).toString("latin1");
    let analysis = known.get(key);
    if (analysis === undefined) {
      analysis = analyse.call(this, code);
      known.set(key, analysis);
    }
    return analysis;
  };
}
