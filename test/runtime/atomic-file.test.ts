import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { hasCode } from "../../runtime/errors.ts";

describe("writeFileAtomic", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "ethstake-file-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes the file with its mode, makes folders, and leaves nothing else behind", async () => {
    const path = join(folder, "keys", "secret.json");
    const umask = process.umask(0o000);
    await writeFileAtomic(path, "secret", { mode: SECRET_FILE_MODE }).finally(() => process.umask(umask));
    expect(readFileSync(path, "utf8")).to.equal("secret");
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, "keys")).mode & 0o777).to.equal(0o700);
    expect(readdirSync(join(folder, "keys"))).to.deep.equal(["secret.json"]);
  });

  it("refuses to overwrite unless told, and the old file stays", async () => {
    const path = join(folder, "a");
    await writeFileAtomic(path, "old");
    const error = await writeFileAtomic(path, "new").catch((thrown: unknown) => thrown);
    expect(hasCode(error, "FILE_EXISTS")).to.equal(true);
    expect(readFileSync(path, "utf8")).to.equal("old");
    await writeFileAtomic(path, "new", { overwrite: true });
    expect(readFileSync(path, "utf8")).to.equal("new");
    expect(readdirSync(folder)).to.deep.equal(["a"]);
  });

  it("lets exactly one of many writers win", async () => {
    const path = join(folder, "state");
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => writeFileAtomic(path, `${i}`)));
    expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(1);
  });

  it("tells when the place cannot be written", async () => {
    await writeFileAtomic(join(folder, "file"), "");
    const error = await writeFileAtomic(join(folder, "file", "below"), "x").catch((thrown: unknown) => thrown);
    expect(hasCode(error, "FILE_WRITE_FAILED")).to.equal(true);
  });
});
