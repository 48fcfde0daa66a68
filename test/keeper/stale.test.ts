import { expect } from "chai";

import { decideStale } from "../../keeper/stale/decide.ts";
import type { StaleSnapshot } from "../../keeper/stale/read.ts";

const stopped: StaleSnapshot = {
  ...{ now: 5_000, staleAt: 5_000, minRequestWei: 1_000n, hint: 7n },
  outcome: { shares: 900n, amountWei: 1_000n },
};

describe("keeper/stale/decide", () => {
  it("pays the oldest requests from the moment at which reports count as stopped", () => {
    expect(decideStale(stopped).intents).to.deep.equal([{ hint: 7n, amountWei: 1_000n }]);
    const fresh = decideStale({ ...stopped, now: 4_999 });
    expect(fresh.intents).to.deep.equal([]);
    expect(fresh.reasons[0]?.code).to.equal("REPORTS_FRESH");
  });

  it("spends no gas on the dust that a division left in the buffer", () => {
    const dust = decideStale({ ...stopped, outcome: { shares: 900n, amountWei: 999n } });
    expect(dust.intents).to.deep.equal([]);
    expect(dust.reasons[0]?.code).to.equal("STALE_DUST");
  });

  it("says why the contract finalises nothing", () => {
    const refused = decideStale({ ...stopped, outcome: { refusal: "SlashingUnsettled" } });
    expect(refused.intents).to.deep.equal([]);
    expect(refused.reasons[0]).to.deep.include({
      code: "STALE_REFUSED",
      message: "Reports have stopped, but nothing is finalised: a proven slashing is in no report yet",
    });
  });
});
