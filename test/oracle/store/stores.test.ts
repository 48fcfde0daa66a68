import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";

import { buildReport } from "../../../oracle/decide/build-report.ts";
import { createFileEpochStore } from "../../../oracle/store/epoch-store.ts";
import { createFileFrameStore, type StoredFrame } from "../../../oracle/store/frame-store.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { epochResults, operatorEpoch, ourValidator, rootOf, snapshot } from "../support/snapshots.ts";

describe("oracle/store", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "oracle-store-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives back what was saved, also after a restart (INV-17)", async () => {
    const [result] = epochResults(7, 7, () => [operatorEpoch(1, 2048, 2000)]);
    if (result === undefined) throw new Error("no result");
    await (await createFileEpochStore(join(folder, "epochs"))).save(result);
    const again = await createFileEpochStore(join(folder, "epochs"));
    expect(await again.load(7)).to.deep.equal(result);
    expect(await again.load(8)).to.equal(undefined);
    expect(await readdir(join(folder, "epochs"))).to.deep.equal(["7.json"]);
  });

  it("keeps a frame with its signatures, and replaces it as a whole", async () => {
    const account = privateKeyToAccount(rootOf(5));
    const signature = await account.sign({ hash: rootOf(6) });
    const { report, leaves } = buildReport(
      snapshot({
        cumulativeFeeShares: 5n,
        validators: [ourValidator(1)],
        epochs: epochResults(0, 14, () => [operatorEpoch(1, 32, 32)]),
      }),
    );
    const frame: StoredFrame = { refSlot: 127, previousRefSlot: 95, report, leaves, signatures: [] };
    const signed = { ...frame, signatures: [{ member: account.address, signature }] };
    const store = await createFileFrameStore(folder);
    await store.save(frame);
    await store.save(signed);
    expect(await (await createFileFrameStore(folder)).load(127)).to.deep.equal(signed);
    expect(await store.load(95)).to.equal(undefined);
  });

  it("refuses a damaged file instead of guessing", async () => {
    const epochs = await createFileEpochStore(folder);
    for (const text of ["", "{", '{"epoch":7}', '{"epoch":7,"blockRoot":"0x","network":{},"operators":[]}']) {
      await writeFile(join(folder, "7.json"), text);
      const error = await epochs.load(7).catch((thrown: unknown) => thrown);
      expect(hasCode(error, "STORE_DAMAGED"), text).to.equal(true);
    }
  });
});
