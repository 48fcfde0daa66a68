import { expect } from "chai";

import { createRateLimit } from "../../runtime/rate-limit.ts";

describe("runtime/rate-limit", () => {
  it("admits a burst, then so many a second, each sender by itself", () => {
    let seconds = 0;
    const clock = { now: () => seconds, sleep: async () => undefined };
    const limit = createRateLimit({ perSecond: 2, burst: 3, clock });
    const admitted = (sender: string, times: number) =>
      Array.from({ length: times }, () => limit.admits(sender)).filter(Boolean).length;
    expect(admitted("a", 10)).to.equal(3);
    expect(admitted("b", 1)).to.equal(1);
    seconds = 1;
    expect(admitted("a", 10)).to.equal(2);
    seconds = 100;
    expect(admitted("a", 10)).to.equal(3);
  });
});
