import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import type { BeaconBlockHeader } from "../../../chain/beacon/types.ts";
import { validatorGindex } from "../../../chain/ssz/gindex.ts";
import {
  VALIDATOR_BRANCH_LENGTH,
  headerRoot,
  toAnchor,
  validatorRoot,
  verifyBranch,
  verifyValidatorProof,
} from "../../../chain/ssz/proofs.ts";
import { loadStateCodec, type StateCodec } from "../../../chain/ssz/state.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { COUNT, fill, sampleState } from "./support/sample-state.ts";

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

    it("proves each validator with 47 siblings", () => {
      const prover = codec.createStateProver(bytes, fork, header);
      for (let i = 0; i < COUNT; i++) {
        const proof = prover.proveValidator(i);
        expect(proof.branch).to.have.length(VALIDATOR_BRANCH_LENGTH);
        expect(proof.effectiveBalanceGwei).to.equal(32_000_000_000n + BigInt(i));
        expect(verifyValidatorProof(proof, header)).to.equal(true);
      }
      expect(prover.proveValidator(0).exitEpoch).to.equal(2n ** 64n - 1n);
      expect(prover.proveValidator(4).exitEpoch).to.equal(50n);
      expect(
        hasCode(
          thrown(() => prover.proveValidator(COUNT)),
          "NO_SUCH_VALIDATOR",
        ),
      ).to.equal(true);
    });

    it("does not prove a changed record, index or branch", () => {
      const proof = codec.createStateProver(bytes, fork, header).proveValidator(4);
      const zero: Hex = `0x${"00".repeat(32)}`;
      const changes: Partial<typeof proof>[] = [
        { index: 5 },
        { slashed: true },
        { effectiveBalanceGwei: 1n },
        { exitEpoch: 51n },
        { withdrawableEpoch: 2n ** 64n - 1n },
        { withdrawalCredentials: zero },
        { pubkey: bytesToHex(fill(48, 6)) },
        { branch: proof.branch.slice(1) },
        { branch: [...proof.branch, zero] },
        { branch: proof.branch.with(20, bytesToHex(fill(32, 1))) },
      ];
      for (const change of changes)
        expect(verifyValidatorProof({ ...proof, ...change }, header), Object.keys(change)[0]).to.equal(false);
      expect(verifyValidatorProof(proof, { stateRoot: zero })).to.equal(false);
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
  it("of a validator", () => {
    const record = {
      pubkey: bytesToHex(fill(48, 1)),
      withdrawalCredentials: bytesToHex(fill(32, 2)),
      effectiveBalanceGwei: 31n,
      slashed: true,
      activationEligibilityEpoch: 4,
      activationEpoch: 5n,
      exitEpoch: Infinity,
      withdrawableEpoch: 2n ** 64n - 1n,
    };
    const far = uint64(2n ** 64n - 1n);
    const leaves = [
      hash(fill(48, 1), fill(16, 0)),
      fill(32, 2),
      uint64(31n),
      uint64(1n),
      uint64(4n),
      uint64(5n),
      far,
      far,
    ];
    const pairs = (level: Uint8Array[]): Uint8Array[] =>
      level.flatMap((leaf, i) => (i % 2 === 0 ? [hash(leaf, level[i + 1] ?? leaf)] : []));
    expect(validatorRoot(record)).to.equal(bytesToHex(pairs(pairs(pairs(leaves)))[0] ?? fill(32, 0)));
  });

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

  it("along a branch, for a position given by its generalised index", () => {
    const leaf = fill(32, 1);
    const [a, b] = [fill(32, 2), fill(32, 3)];
    const root = bytesToHex(hash(b, hash(leaf, a)));
    const branch = [bytesToHex(a), bytesToHex(b)];
    expect(verifyBranch(bytesToHex(leaf), branch, 6n, root)).to.equal(true);
    for (const place of [4n, 5n, 7n, 3n, 14n])
      expect(verifyBranch(bytesToHex(leaf), branch, place, root)).to.equal(false);
    expect(validatorGindex("container", 1)).to.equal(164926744166401n);
    expect(hexToBytes(root)).to.have.length(32);
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
      branch: VALIDATOR_BRANCH_LENGTH,
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
