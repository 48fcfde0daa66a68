import { createHash } from "node:crypto";

import { expect } from "chai";
import { bytesToHex, hexToBytes } from "viem";

import { NETWORKS } from "../../../chain/networks.ts";
import {
  compoundingCredentials,
  depositDomain,
  depositSigningRoot,
  pubkeyRoot,
  voluntaryExitDomain,
  voluntaryExitSigningRoot,
} from "../../../chain/ssz/domains.ts";
import { hasherName } from "../../../chain/ssz/hasher.ts";

const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const zeros = (size: number) => new Uint8Array(size);
const uint64 = (value: bigint) => {
  const chunk = Buffer.alloc(32);
  chunk.writeBigUInt64LE(value);
  return chunk;
};

describe("domains and signing roots", () => {
  it("the deposit domain of mainnet is the published one", () => {
    expect(bytesToHex(depositDomain("0x00000000"))).to.equal(
      "0x03000000f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a9",
    );
  });

  it("domains differ between networks and purposes", () => {
    const all = Object.values(NETWORKS).flatMap((network) => [
      bytesToHex(depositDomain(network.genesisForkVersion)),
      bytesToHex(
        voluntaryExitDomain(
          network.capellaForkVersion,
          network.genesisValidatorsRoot ?? pubkeyRoot(`0x${"00".repeat(48)}`),
        ),
      ),
    ]);
    expect(new Set(all).size).to.equal(all.length);
  });

  it("a deposit's signing root is what sha256 by hand gives", () => {
    const pubkey = new Uint8Array(48).fill(3);
    const credentials = new Uint8Array(32).fill(4);
    const message = hash(hash(hash(pubkey, zeros(16)), credentials), hash(uint64(1_000_000_000n), zeros(32)));
    const want = hash(message, depositDomain("0x10000910"));
    const got = depositSigningRoot(
      { pubkey: bytesToHex(pubkey), withdrawalCredentials: bytesToHex(credentials), amountGwei: 1_000_000_000n },
      "0x10000910",
    );
    expect(bytesToHex(got)).to.equal(bytesToHex(want));
  });

  it("an exit is signed over Capella, by hand as well", () => {
    const genesisValidatorsRoot = NETWORKS.hoodi.genesisValidatorsRoot ?? "0x";
    const forkData = hash(Buffer.concat([hexToBytes("0x40000910"), zeros(28)]), hexToBytes(genesisValidatorsRoot));
    const domain = Buffer.concat([hexToBytes("0x04000000"), forkData.subarray(0, 28)]);
    const want = hash(hash(uint64(7n), uint64(99n)), domain);
    const got = voluntaryExitSigningRoot(
      { epoch: 7, validatorIndex: 99 },
      { capellaForkVersion: "0x40000910", genesisValidatorsRoot },
    );
    expect(bytesToHex(got)).to.equal(bytesToHex(want));
  });

  it("a key's root and a vault's credentials have the form that contracts expect", () => {
    const pubkey = new Uint8Array(48).fill(9);
    expect(pubkeyRoot(bytesToHex(pubkey))).to.equal(bytesToHex(hash(pubkey, zeros(16))));
    expect(compoundingCredentials("0x00000000219ab540356cBB839Cbe05303d7705Fa")).to.equal(
      "0x02000000000000000000000000000000219ab540356cbb839cbe05303d7705fa",
    );
    for (const size of [0, 47, 49])
      expect(() => pubkeyRoot(`0x${"11".repeat(size)}`))
        .to.throw()
        .with.property("code", "BYTES_LENGTH");
    for (const size of [19, 32])
      expect(() => compoundingCredentials(`0x${"11".repeat(size)}`))
        .to.throw()
        .with.property("code", "BYTES_LENGTH");
  });

  it("trees are hashed by the fast implementation", () => {
    expect(hasherName).to.equal("hashtree");
  });
});
