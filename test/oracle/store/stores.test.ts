import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";

import { buildReport } from "../../../oracle/decide/build-report.ts";
import { hashReport } from "../../../chain/report/encoding.ts";
import { createEpochStore } from "../../../oracle/store/epoch-store.ts";
import { createFrameStore, type StoredFrame } from "../../../oracle/store/frame-store.ts";
import { createInputStore } from "../../../oracle/store/input-store.ts";
import { createRetention } from "../../../oracle/store/retention.ts";
import { prepareStore } from "../../../oracle/store/schema.ts";
import { parseSnapshot, stringifySnapshot } from "../../../oracle/store/snapshot-json.ts";
import type { Database } from "../../../runtime/database/database.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { pendingDeposit } from "../support/deposits.ts";
import { emptyStore, IDENTITY } from "../support/database.ts";
import { epochResults, GRID, operatorEpoch, ourValidator, record, rootOf, snapshot } from "../support/snapshots.ts";

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
  );
/** Something in every list, and epochs that are not known. */
const full = snapshot({
  cumulativeFeeShares: 5n,
  validators: [
    ourValidator(1, { record: record({ exitEpoch: 20 }) }),
    ourValidator(2, { record: undefined, pendingDeposits: [pendingDeposit({ key: 2, amountGwei: 7n })] }),
    ourValidator(3, { before: { record: record(), pendingDeposits: [] } }),
  ],
  penalties: { ...snapshot().penalties, slashedLeaving: [{ exitEpoch: 20, effectiveBalanceGwei: 32n }] },
  epochs: epochResults(0, 14, () => [operatorEpoch(1, 32, 32)]),
});
const { report, leaves } = buildReport(full);
const frame: StoredFrame = { refSlot: 127, previousRefSlot: 95, report, leaves, signatures: [] };

describe("oracle/store", () => {
  let database: Database;
  beforeEach(async () => (database = await emptyStore()));

  it("gives back epochs as they were, and says which are there", async () => {
    const store = createEpochStore(database);
    const results = epochResults(5, 7, (epoch) => [operatorEpoch(1, 2048, 2000), operatorEpoch(900, epoch, 1)]);
    for (const result of [results[2], results[0]]) if (result !== undefined) await store.save(result);
    expect(await store.load([5, 6, 7])).to.deep.equal([results[0], results[2]]);
    expect(await store.load([6])).to.deep.equal([]);
    expect(await store.load([])).to.deep.equal([]);
  });

  it("never changes an epoch once it is written", async () => {
    const store = createEpochStore(database);
    const [first] = epochResults(7, 7);
    if (first === undefined) return expect.fail();
    await store.save(first);
    await store.save({ ...first, network: { assignedGwei: 1n, attestedGwei: 0n } });
    expect(await store.load([7])).to.deep.equal([first]);
  });

  it("keeps a frame with its signatures, replaces it as a whole, and each member's apart", async () => {
    const account = privateKeyToAccount(rootOf(5));
    const signature = await account.sign({ hash: rootOf(6) });
    const signed = { ...frame, signatures: [{ member: account.address, signature }] };
    const store = createFrameStore(database, account.address);
    await store.save(frame);
    await store.save(signed);
    expect(await createFrameStore(database, account.address).load(127)).to.deep.equal(signed);
    expect(await store.load(95)).to.equal(undefined);
    expect(await createFrameStore(database).load(127)).to.equal(undefined);
  });

  it("INV-17 lets a member sign one report per frame and previous report, whoever asks", async () => {
    const [one, again, other] = ["0xA", "0xA", "0xB"].map((member) => createFrameStore(database, member));
    await one?.claim(frame, rootOf(1));
    await again?.claim(frame, rootOf(1));
    expect(await codeOf(again?.claim(frame, rootOf(2)) ?? Promise.resolve())).to.equal("REPORT_CHANGED");
    await again?.claim({ ...frame, previousRefSlot: 63 }, rootOf(2));
    await other?.claim(frame, rootOf(2));
  });

  it("keeps the inputs of a report, from which it comes out the same", async () => {
    const store = createInputStore(database);
    await store.save(full);
    const back = await store.load(127, 95);
    expect(back).to.deep.equal(full);
    expect(back && hashReport(buildReport(back).report)).to.equal(hashReport(report));
    expect(await store.load(127, 63)).to.equal(undefined);
  });

  it("refuses inputs of another layout, or none", () => {
    const text = stringifySnapshot(full);
    expect(parseSnapshot(text)).to.deep.equal(full);
    for (const wrong of [
      "",
      "{}",
      text.replace("inputs/3", "inputs/2"),
      text.replace('"refSlot":127', '"refSlot":"x"'),
    ]) {
      try {
        parseSnapshot(wrong);
        expect.fail("it was read");
      } catch (error) {
        expect(error).to.include({ code: "INPUTS_INVALID" });
      }
    }
  });

  it("refuses damaged rows instead of guessing", async () => {
    await createEpochStore(database).save(epochResults(7, 7)[0] ?? expect.fail());
    for (const operators of ["", "{", "[[1]]", '[[1,"x","1","1"]]']) {
      await database.query("UPDATE oracle_epochs SET operators = $1", [operators]);
      expect(await codeOf(createEpochStore(database).load([7])), operators).to.equal("STORE_DAMAGED");
    }
    await createFrameStore(database).save(frame);
    await database.query("UPDATE oracle_frames SET report = '{}'");
    expect(await codeOf(createFrameStore(database).load(127))).to.equal("STORE_DAMAGED");
  });

  it("refuses the database of another deployment", async () => {
    await prepareStore(database, { ...IDENTITY, distribution: IDENTITY.distribution.toUpperCase() });
    expect(await codeOf(prepareStore(database, { ...IDENTITY, chainId: 1 }))).to.equal("STORE_OF_ANOTHER");
  });

  it("forgets what is old, but no epoch that a report to come may judge", async () => {
    const pruned: Record<string, number> = {};
    const note = (name: string) => ({ prune: async (before: number) => void (pruned[name] = before) });
    const stores = { epochs: note("epochs"), frames: note("frames"), inputs: note("inputs") };
    const retain = createRetention({ grid: GRID, ...stores, keepFrames: 3, keepInputs: 1 });
    // Frame 9, period 4 began with slot 256; its first epoch judged is 31.
    await retain({ refSlot: 319, previousRefSlot: 287 });
    expect(pruned).to.deep.equal({ epochs: 27, frames: 223, inputs: 287 });
    await retain({ refSlot: 319, previousRefSlot: 95 });
    expect(pruned).to.deep.equal({ epochs: 7, frames: 95, inputs: 287 });
  });
});
