import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { bytesToHex } from "viem";

import type { BeaconBlockHeader } from "../../../chain/beacon/types.ts";
import { headerRoot, toAnchor } from "../../../chain/ssz/proofs.ts";
import { loadStateCodec, type StateCodec } from "../../../chain/ssz/state.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { fill, sampleState } from "./support/sample-state.ts";

const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const uint64 = (value: bigint) => {
  const chunk = Buffer.alloc(32);
  chunk.writeBigUInt64LE(value);
  return chunk;
};
const thrown = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

for (const fork of ["electra", "fulu"] as const) {
  describe(`a ${fork} state`, () => {
    let codec: StateCodec;
    let bytes: Uint8Array;
    let header: BeaconBlockHeader;
    before(async () => {
      codec = await loadStateCodec("minimal");
      ({ bytes, header } = await sampleState(fork));
    });

    it("is refused when malformed", () => {
      expect(
        hasCode(
          thrown(() => codec.createStateProver(bytes.subarray(0, bytes.length - 1), fork, header)),
          "STATE_MALFORMED",
        ),
      ).to.equal(true);
    });

    it("is refused when it is not the state of the block", () => {
      const other = { ...header, stateRoot: header.parentRoot };
      expect(
        hasCode(
          thrown(() => codec.createStateProver(bytes, fork, other)),
          "STATE_ROOT_MISMATCH",
        ),
      ).to.equal(true);
    });
  });
}

describe("roots, against sha256 by hand", () => {
  it("of a header", () => {
    const header = {
      slot: 3,
      proposerIndex: 4,
      parentRoot: bytesToHex(fill(32, 5)),
      stateRoot: bytesToHex(fill(32, 6)),
      bodyRoot: bytesToHex(fill(32, 7)),
    };
    const zero = fill(32, 0);
    const left = hash(hash(uint64(3n), uint64(4n)), hash(fill(32, 5), fill(32, 6)));
    const right = hash(hash(fill(32, 7), zero), hash(zero, zero));
    expect(headerRoot(header)).to.equal(bytesToHex(hash(left, right)));
    expect(toAnchor(header, 99)).to.deep.equal({
      childTimestamp: 99n,
      header: { ...header, slot: 3n, proposerIndex: 4n },
    });
  });
});

describe("presets and forks", () => {
  it("mainnet's state is read and proven, in a process of its own", () => {
    const script = fileURLToPath(new URL("./prove-on-mainnet-preset.ts", import.meta.url));
    const { LODESTAR_PRESET: _, ...env } = process.env;
    const result = spawnSync(process.execPath, [script, "100"], { env, encoding: "utf8", timeout: 60_000 });
    expect(result.status, result.stderr).to.equal(0);
    expect(JSON.parse(result.stdout)).to.include({
      sameRoot: true,
      slashings: 8192,
      balance: "32000000099",
      found: 99,
      siblings: 6 + 1 + 40,
      valid: true,
    });
  });

  it("refuse a second preset in one process, and forks whose layout is not known", async () => {
    const codec = await loadStateCodec("minimal");
    const conflict = await loadStateCodec("mainnet").catch((error: unknown) => error);
    expect(hasCode(conflict, "PRESET_CONFLICT")).to.equal(true);
    for (const fork of ["deneb", "heze", ""])
      expect(
        hasCode(
          thrown(() => codec.decodeState(new Uint8Array(), fork)),
          "FORK_UNSUPPORTED",
        ),
      ).to.equal(true);
  });
});
