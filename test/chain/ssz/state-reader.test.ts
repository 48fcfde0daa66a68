import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex } from "viem";

import { STATE_FORKS, loadStateTypes } from "../../../chain/ssz/state-types.ts";
import { loadStateCodec, type StateCodec } from "../../../chain/ssz/state.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { COUNT, fill, sampleState } from "./support/sample-state.ts";

const KEY = bytesToHex(fill(48, 2));
const thrown = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

for (const fork of STATE_FORKS) {
  describe(`chain/ssz/state-reader, ${fork}`, () => {
    let codec: StateCodec;
    let bytes: Uint8Array;
    let stateRoot: string;
    const isMalformed = (given: Uint8Array) =>
      hasCode(
        thrown(() => codec.decodeState(given, fork)),
        "STATE_MALFORMED",
      );
    before(async () => {
      codec = await loadStateCodec("minimal");
      ({
        bytes,
        header: { stateRoot },
      } = await sampleState(fork));
    });

    it("reads the fields, of all validators the columns", () => {
      const state = codec.decodeState(bytes, fork);
      expect(state).to.deep.include({ fork, slot: 77, genesisTime: 1000, root: undefined });
      expect(state.genesisValidatorsRoot).to.equal(bytesToHex(fill(32, 9)));
      const { count, effectiveBalanceGwei, slashed, activationEpoch, exitEpoch } = state.validators;
      expect(count).to.equal(COUNT);
      expect([...effectiveBalanceGwei.subarray(0, 2)]).to.deep.equal([32_000_000_000n, 32_000_000_001n]);
      expect([...slashed]).to.deep.equal([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
      expect([...activationEpoch.subarray(0, 3)]).to.deep.equal([1, 2, 3]);
      expect([...exitEpoch.subarray(3, 6)]).to.deep.equal([Infinity, 50, Infinity]);
      expect(state.balanceGwei(10)).to.equal(32_000_000_070n);
      expect([...state.previousEpochParticipation]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2]);
      expect([...state.currentEpochParticipation.subarray(0, 3)]).to.deep.equal([7, 6, 5]);
      expect(state.slashingsGwei[5]).to.equal(123n);
      expect(state.slashingsGwei).to.have.length(64);
      expect(state.finalizedCheckpoint).to.deep.equal({ epoch: 8, root: bytesToHex(fill(32, 8)) });
      expect(state.latestBlockHash).to.equal(bytesToHex(fill(32, 6)));
      expect([state.found.size, state.pendingDeposits.length]).to.deep.equal([0, 0]);
    });

    it("reads records, pending deposits and withdrawals of the keys that are asked for", () => {
      const absent = bytesToHex(fill(48, 99));
      const shouting = `0x${bytesToHex(fill(48, 11)).slice(2).toUpperCase()}` as const;
      const state = codec.decodeState(bytes, fork, { pubkeys: [KEY, shouting, absent] });
      expect([...state.found].map(([pubkey, { index }]) => [pubkey, index])).to.deep.equal([
        [KEY, 1],
        [bytesToHex(fill(48, 11)), 10],
      ]);
      expect(state.found.get(KEY)?.validator).to.deep.equal({
        pubkey: KEY,
        withdrawalCredentials: bytesToHex(fill(32, 101)),
        effectiveBalanceGwei: 32_000_000_001n,
        slashed: false,
        activationEligibilityEpoch: 1,
        activationEpoch: 2,
        exitEpoch: Infinity,
        withdrawableEpoch: Infinity,
      });
      const deposit = {
        pubkey: KEY,
        withdrawalCredentials: bytesToHex(fill(32, 2)),
        signature: bytesToHex(fill(96, 3)),
        slot: 70,
      };
      expect(state.pendingDeposits).to.deep.equal([
        { ...deposit, amountGwei: 1_000_000_000n },
        { ...deposit, amountGwei: 3_000_000_000n },
      ]);
      expect(state.pendingPartialWithdrawals).to.deep.equal([
        { validatorIndex: 1, amountGwei: 5_000_000_000n, withdrawableEpoch: 300 },
      ]);
      expect(state.consolidatingIndices).to.deep.equal([1]);
      expect(state.payloadExpectedWithdrawals).to.deep.equal(
        fork === "gloas" ? [{ validatorIndex: 1, amountGwei: 71n }] : [],
      );
    });

    it("computes the root from the same bytes, however they are cut, also out of a larger buffer", () => {
      const larger = new Uint8Array(bytes.length + 13);
      larger.set(bytes, 13);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 40 }), (sizes) => {
          const reader = codec.createReader(fork, { pubkeys: [KEY], withRoot: true });
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            reader.write(larger.subarray(13 + at, Math.min(larger.length, 13 + at + size)));
            at += size;
          }
          const state = reader.end();
          expect(state.root).to.equal(stateRoot);
          expect(state.found.get(KEY)?.index).to.equal(1);
          expect(state.balanceGwei(10)).to.equal(32_000_000_070n);
        }),
        { numRuns: 25 },
      );
    });

    it("has another root when any byte is another", () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (at) => {
          const changed = Uint8Array.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ 1;
          const reader = codec.createReader(fork, { withRoot: true });
          try {
            reader.write(changed);
            expect(reader.end().root).not.to.equal(stateRoot);
          } catch (error) {
            expect(hasCode(error, "STATE_MALFORMED"), String(error)).to.equal(true);
          }
        }),
        { numRuns: 200 },
      );
    });

    it("refuses what is cut off, too long or has wrong offsets", () => {
      for (const end of [0, 3, 100, bytes.length - 1])
        expect(isMalformed(bytes.subarray(0, end)), `${end}`).to.equal(true);
      expect(isMalformed(Uint8Array.from([...bytes, 1]))).to.equal(true);
      const offset = bytes.length;
      const wrong = Uint8Array.from(bytes);
      // The offset of the first field of variable length, wherever the type says that it is, names the end.
      const fixedSize = new DataView(wrong.buffer);
      for (let at = 0; at < 3_000_000 && at + 4 < wrong.length; at += 4) {
        const isFirstOffset = fixedSize.getUint32(at, true) > 1_000 && fixedSize.getUint32(at, true) < wrong.length;
        if (!isFirstOffset) continue;
        fixedSize.setUint32(at, offset, true);
        break;
      }
      expect(isMalformed(wrong)).to.equal(true);
    });

    it("is the same out of JSON, and refuses JSON of something else", async () => {
      const type = (await loadStateTypes("minimal"))[fork];
      const json: unknown = type.toJson(type.deserialize(bytes) as never);
      expect(Buffer.from(codec.bytesFromJson(json, fork)).equals(bytes)).to.equal(true);
      expect(
        hasCode(
          thrown(() => codec.bytesFromJson({}, fork)),
          "STATE_MALFORMED",
        ),
      ).to.equal(true);
    });
  });
}

describe("chain/ssz/state-types, gloas", () => {
  // https://github.com/ethereum/consensus-specs/blob/master/specs/gloas/beacon-chain.md#beaconstate
  it("has the fields of the specification in their places", async () => {
    const { gloas } = await loadStateTypes("minimal");
    const names = gloas.fieldsEntries.map(({ fieldName }) => String(fieldName));
    expect(names).to.have.length(46);
    expect(gloas.activeFields.bitLen).to.equal(46);
    const places = {
      11: "validators",
      12: "balances",
      15: "previousEpochParticipation",
      16: "currentEpochParticipation",
      20: "finalizedCheckpoint",
      24: "latestBlockHash",
      34: "pendingDeposits",
      35: "pendingPartialWithdrawals",
      36: "pendingConsolidations",
      37: "proposerLookahead",
      44: "payloadExpectedWithdrawals",
    };
    for (const [place, name] of Object.entries(places)) expect(names[Number(place)], place).to.equal(name);
  });

  it("has the generalised indices that the light-client specification prints", async () => {
    const { gloas } = await loadStateTypes("minimal");
    const gindex = (...path: string[]) => gloas.getPathInfo(path).gindex;
    expect(gindex("validators")).to.equal(358n);
    expect(gindex("balances")).to.equal(359n);
    expect(gindex("finalizedCheckpoint")).to.equal(367n);
    expect(gindex("finalizedCheckpoint", "root")).to.equal(735n);
    expect(gindex("currentSyncCommittee")).to.equal(2945n);
  });
});
