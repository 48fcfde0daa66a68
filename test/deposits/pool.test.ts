import { getEventListeners } from "node:events";

import { expect } from "chai";

import { accountKeyOf, deriveSigningKeys, masterKeyOf } from "../../deposits/keys.ts";
import { createPool, threadsFor } from "../../deposits/workers/pool.ts";
import { createKeyVault, putKey, withKey } from "../../deposits/workers/vault.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const mnemonic = `${"abandon ".repeat(23)}art`;
const open = { text: "no keystore", password: "correct horse" };

describe("the pool of threads", () => {
  for (const threads of [1, 3])
    it(`does all it is asked for on ${threads}, and tells errors by their code`, async () => {
      const pool = createPool({ threads });
      const vault = createKeyVault(6);
      const account = createKeyVault(1);
      putKey(account.memory, 0, accountKeyOf(masterKeyOf(mnemonic)));
      const input = { account: account.memory, vault: vault.memory, firstIndex: 4, count: 2 };
      try {
        const parts = await Promise.all([4, 0, 2].map((at) => pool.run("derive", { ...input, at })));
        const keys = deriveSigningKeys(mnemonic, 4, 6);
        const inOrder = [parts[1], parts[2], parts[0]].flat();
        expect(inOrder).to.deep.equal(keys.map(({ pubkey }) => pubkey));
        for (const [i, key] of keys.entries())
          await withKey(vault.memory, i, (secretKey) => expect(secretKey).to.deep.equal(key.secretKey));
        const failed = await Promise.all([
          thrownBy(() => pool.run("open", open)),
          thrownBy(() => pool.run("open", open)),
        ]);
        expect(failed.map(({ code }) => code)).to.deep.equal(["KEYSTORE_MALFORMED", "KEYSTORE_MALFORMED"]);
        expect(failed[0]?.message).not.to.include("correct horse");
        // A thread goes on after an error.
        expect(await pool.run("derive", { ...input, at: 0 })).to.have.length(2);
      } finally {
        await pool.close();
      }
    });

  it("ends at once when it is told to, with everything that waits", async () => {
    for (const threads of [1, 2]) {
      const controller = new AbortController();
      const pool = createPool({ threads, signal: controller.signal });
      const waiting = Array.from({ length: 5 }, () => thrownBy(() => pool.run("open", open)));
      controller.abort();
      const codes = (await Promise.all(waiting)).map(({ code }) => code);
      expect(codes.at(-1)).to.equal("ABORTED");
      expect((await thrownBy(() => pool.run("open", open))).code).to.equal("ABORTED");
      await pool.close();
      expect(getEventListeners(controller.signal, "abort")).to.have.length(0);
    }
  });

  it("refuses work after it was closed, and sizes that make no sense", async () => {
    const pool = createPool({ threads: 2 });
    await pool.close();
    expect((await thrownBy(() => pool.run("open", open))).code).to.equal("POOL_CLOSED");
    for (const threads of [0, 1.5, -1, NaN])
      expect((await thrownBy(() => createPool({ threads }))).code).to.equal("THREADS_INVALID");
  });

  it("is as large as it is worth, and as memory lets scrypt be", () => {
    const machine = { cores: 16, memoryBytes: 64 * 2 ** 30 };
    expect(threadsFor(1, "scrypt", machine)).to.equal(1);
    expect(threadsFor(4, "pbkdf2", machine)).to.equal(1);
    expect(threadsFor(1_000, "none", machine)).to.equal(16);
    expect(threadsFor(1_000, "scrypt", machine)).to.equal(16);
    expect(threadsFor(1_000, "scrypt", { cores: 64, memoryBytes: 2 * 2 ** 30 })).to.equal(6);
    expect(threadsFor(1_000, "scrypt", { cores: 64, memoryBytes: 2 ** 20 })).to.equal(1);
  });

  it("keeps keys in memory that can be overwritten", async () => {
    const vault = createKeyVault(2);
    putKey(vault.memory, 1, new Uint8Array(32).fill(9));
    let copy: Uint8Array = new Uint8Array();
    await withKey(vault.memory, 1, (key) => {
      copy = key;
      expect([...key]).to.deep.equal(new Array(32).fill(9));
    });
    expect([...copy]).to.deep.equal(new Array(32).fill(0));
    vault.wipe();
    expect([...new Uint8Array(vault.memory)]).to.deep.equal(new Array(64).fill(0));
  });
});
