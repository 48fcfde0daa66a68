import { expect } from "chai";

import { EthStakeError, hasCode, isRetryable, throwIfAborted, toEthStakeError } from "../../runtime/errors.ts";

describe("errors", () => {
  it("carry code, details, cause and whether to retry", () => {
    const cause = new Error("socket closed");
    const error = new EthStakeError("NODE_DOWN", "Start the node", { details: { slot: 7 }, cause, retryable: true });
    expect(error).to.include({ code: "NODE_DOWN", message: "Start the node", retryable: true, cause });
    expect(error.details).to.deep.equal({ slot: 7 });
    expect(isRetryable(error)).to.equal(true);
    expect(hasCode(error, "NODE_DOWN")).to.equal(true);
  });

  it("are not retryable unless they say so, and foreign errors never are", () => {
    expect(isRetryable(new EthStakeError("X", "x"))).to.equal(false);
    expect(isRetryable(new Error("x"))).to.equal(false);
    expect(hasCode(new Error("x"), "X")).to.equal(false);
  });

  it("wrap what others threw, once", () => {
    const wrapped = toEthStakeError(new TypeError("boom"), "BROKEN");
    expect(wrapped.code).to.equal("BROKEN");
    expect(wrapped.cause).to.be.instanceOf(TypeError);
    expect(toEthStakeError(wrapped)).to.equal(wrapped);
    expect(toEthStakeError("text").message).to.equal("text");
  });

  it("turn a fired signal into ABORTED", () => {
    expect(() => throwIfAborted(AbortSignal.abort()))
      .to.throw(EthStakeError)
      .with.property("code", "ABORTED");
    expect(() => throwIfAborted(new AbortController().signal)).not.to.throw();
  });
});
