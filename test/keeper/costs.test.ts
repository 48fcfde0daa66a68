import { expect } from "chai";
import type { Hex } from "viem";

import { readCosts } from "../../keeper/store/costs.ts";
import { createKeeperLedger } from "../../keeper/store/ledger.ts";
import { prepareKeeperStore } from "../../keeper/store/schema.ts";
import type { Database } from "../../runtime/database/database.ts";
import { openDatabase } from "../../runtime/database/open.ts";
import { createTestClock, keeperAccount } from "./support/replicas.ts";
import { rootOf } from "./samples.ts";

const DAY = 86_400;

describe("the cost report of keepers", () => {
  let database: Database;
  before(async () => {
    database = await openDatabase({});
    await prepareKeeperStore(database);
  });
  after(() => database.close());

  it("adds gas and wei up by day and job, reverted transactions too, and leaves out what was not mined", async () => {
    const clock = createTestClock();
    const ledger = createKeeperLedger(database, "1/0xpool", clock);
    await ledger.beginTerm();
    let nonce = 0;
    const book = async (job: string, day: number, kind: "mined" | "reverted" | "refused", costWei = 0n) => {
      clock.seconds = day * DAY + 5;
      const hash: Hex = rootOf(++nonce);
      await ledger.of(job).record({ account: keeperAccount.address, nonce, hash, raw: "0x02", what: "fund" });
      const included = { blockNumber: 1n, gasUsed: 100n, costWei };
      await ledger.of(job).close(hash, kind === "refused" ? { kind } : { kind, ...included });
    };
    await book("fund", 20_000, "mined", 10n ** 20n);
    await book("fund", 20_000, "reverted", 7n);
    await book("exit", 20_000, "mined", 3n);
    await book("fund", 20_001, "mined", 4n);
    await book("fund", 20_001, "refused");
    await book("fund", 19_999, "mined", 9n);
    expect(await readCosts(database, "1/0xpool", 20_000 * DAY)).to.deep.equal([
      { day: "2024-10-05", job: "fund", transactions: 1, reverted: 0, gasUsed: 100n, costWei: 4n },
      { day: "2024-10-04", job: "exit", transactions: 1, reverted: 0, gasUsed: 100n, costWei: 3n },
      { day: "2024-10-04", job: "fund", transactions: 2, reverted: 1, gasUsed: 200n, costWei: 10n ** 20n + 7n },
    ]);
    expect(await readCosts(database, "1/0xother", 0)).to.deep.equal([]);
  });
});
