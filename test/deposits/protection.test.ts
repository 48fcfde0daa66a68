import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";
import type { Hex } from "viem";

import { checkInterchange } from "../../deposits/protection/check.ts";
import {
  encodeInterchange,
  parseInterchange,
  readInterchange,
  type Interchange,
  type KeyHistory,
  type SignedAttestation,
  type SignedBlock,
} from "../../deposits/protection/interchange.ts";
import {
  mergeHistories,
  mergeInterchanges,
  minifyHistory,
  minifyInterchange,
} from "../../deposits/protection/merge.ts";
import { exportProtection, importProtection } from "../../deposits/protection/store.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const pubkey: Hex = `0x${"b8".repeat(48)}`;
const other: Hex = `0x${"a9".repeat(48)}`;
const genesisValidatorsRoot: Hex = `0x${"04".repeat(32)}`;
const rootOf = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

// The conditions of EIP-3076, word for word, and by nobody else's code.
function forbidsBlock(history: readonly SignedBlock[], { slot, signingRoot }: SignedBlock): boolean {
  if (history.length === 0) return false;
  const repeats = history.some((b) => b.slot === slot && b.signingRoot !== undefined && b.signingRoot === signingRoot);
  const conflicts = history.some(
    (b) => b.slot === slot && (b.signingRoot === undefined || b.signingRoot !== signingRoot),
  );
  if (conflicts) return true;
  const lowest = history.map((b) => b.slot).reduce((a, b) => (a < b ? a : b));
  return slot <= lowest && !repeats;
}
function forbidsVote(history: readonly SignedAttestation[], vote: SignedAttestation): boolean {
  if (history.length === 0) return false;
  const same = (a: SignedAttestation) => a.signingRoot !== undefined && a.signingRoot === vote.signingRoot;
  if (history.some((a) => a.targetEpoch === vote.targetEpoch && !same(a))) return true;
  if (history.some((a) => a.sourceEpoch < vote.sourceEpoch && a.targetEpoch > vote.targetEpoch)) return true;
  if (history.some((a) => a.sourceEpoch > vote.sourceEpoch && a.targetEpoch < vote.targetEpoch)) return true;
  const sources = history.map((a) => a.sourceEpoch).reduce((a, b) => (a < b ? a : b));
  const targets = history.map((a) => a.targetEpoch).reduce((a, b) => (a < b ? a : b));
  const repeats = history.some((a) => a.targetEpoch === vote.targetEpoch && same(a));
  return vote.sourceEpoch < sources || (vote.targetEpoch <= targets && !repeats);
}

const HORIZON = 9;
const epoch = fc.integer({ min: 0, max: HORIZON });
const signingRoot = fc.option(fc.integer({ min: 1, max: 2 }).map(rootOf), { nil: undefined });
const vote = fc.record({ a: epoch, b: epoch, signingRoot }).map(({ a, b, signingRoot: root }) => ({
  sourceEpoch: BigInt(Math.min(a, b)),
  targetEpoch: BigInt(Math.max(a, b)),
  signingRoot: root,
}));
const block = fc.record({ slot: epoch.map(BigInt), signingRoot });
const history = fc.record({
  pubkey: fc.constant(pubkey),
  blocks: fc.array(block, { maxLength: 5 }),
  attestations: fc.array(vote, { maxLength: 5 }),
});
/** Everything that could be signed within the horizon. */
const everyVote: SignedAttestation[] = Array.from({ length: HORIZON + 2 }, (_, s) =>
  Array.from({ length: HORIZON + 2 - s }, (_unused, d) =>
    [undefined, rootOf(1), rootOf(2), rootOf(3)].map((root) => ({
      sourceEpoch: BigInt(s),
      targetEpoch: BigInt(s + d),
      signingRoot: root,
    })),
  ).flat(),
).flat();
const everyBlock: SignedBlock[] = Array.from({ length: HORIZON + 2 }, (_, slot) =>
  [undefined, rootOf(1), rootOf(2), rootOf(3)].map((root) => ({ slot: BigInt(slot), signingRoot: root })),
).flat();

describe("slashing protection", () => {
  describe("merge", () => {
    it("INC-08 never allows what any of the files forbids", () => {
      fc.assert(
        fc.property(fc.array(history, { minLength: 1, maxLength: 3 }), (histories) => {
          const merged = mergeHistories(pubkey, histories);
          for (const one of histories) {
            for (const candidate of everyVote)
              if (forbidsVote(one.attestations, candidate) && !forbidsVote(merged.attestations, candidate))
                throw new Error(`allows the vote ${String(candidate.sourceEpoch)}-${String(candidate.targetEpoch)}`);
            for (const candidate of everyBlock)
              if (forbidsBlock(one.blocks, candidate) && !forbidsBlock(merged.blocks, candidate))
                throw new Error(`allows the block of slot ${String(candidate.slot)}`);
          }
        }),
        { numRuns: 3_000 },
      );
    });

    it("forbids no vote that none of the files forbids, but for one that was signed before", () => {
      fc.assert(
        fc.property(fc.array(history, { minLength: 1, maxLength: 3 }), (histories) => {
          const merged = mergeHistories(pubkey, histories);
          for (const candidate of everyVote) {
            const signedBefore = histories.some(({ attestations }) =>
              attestations.some((a) => a.targetEpoch === candidate.targetEpoch),
            );
            if (signedBefore || histories.some((one) => forbidsVote(one.attestations, candidate))) continue;
            if (forbidsVote(merged.attestations, candidate))
              throw new Error(`forbids the vote ${String(candidate.sourceEpoch)}-${String(candidate.targetEpoch)}`);
          }
        }),
        { numRuns: 3_000 },
      );
    });

    it("keeps the higher floor where the files side by side would lower it", () => {
      const old: KeyHistory = { pubkey, blocks: [{ slot: 5n, signingRoot: undefined }], attestations: [] };
      const recent: KeyHistory = { pubkey, blocks: [{ slot: 10n, signingRoot: rootOf(1) }], attestations: [] };
      expect(mergeHistories(pubkey, [old, recent]).blocks).to.deep.equal(recent.blocks);
      expect(mergeHistories(pubkey, [recent, old]).blocks).to.deep.equal(recent.blocks);
    });

    it("makes the same of one file twice, of any order, and of its own result", () => {
      const text = (histories: KeyHistory[]) =>
        encodeInterchange({ genesisValidatorsRoot, keys: [mergeHistories(pubkey, histories)] });
      fc.assert(
        fc.property(history, history, (a, b) => {
          expect(text([a, a])).to.equal(text([a]));
          expect(text([a, b])).to.equal(text([b, a]));
          expect(text([mergeHistories(pubkey, [a, b])])).to.equal(text([a, b]));
        }),
      );
    });

    it("joins keys of several files, and refuses another network", async () => {
      const a: Interchange = { genesisValidatorsRoot, keys: [{ pubkey, blocks: [], attestations: [] }] };
      const b: Interchange = { genesisValidatorsRoot, keys: [{ pubkey: other, blocks: [], attestations: [] }] };
      expect(mergeInterchanges([a, b]).keys.map((key) => key.pubkey)).to.deep.equal([pubkey, other]);
      const foreign = { ...b, genesisValidatorsRoot: rootOf(1) };
      expect((await thrownBy(() => mergeInterchanges([a, foreign]))).code).to.equal("WRONG_NETWORK");
      expect((await thrownBy(() => mergeInterchanges([]))).code).to.equal("PROTECTION_MISSING");
    });
  });

  it("INC-08 a minified history never allows what the whole one forbids, and has one block and one vote", () => {
    fc.assert(
      fc.property(history, (one) => {
        const small = minifyHistory(one);
        expect(small.blocks.length).to.equal(Math.min(1, one.blocks.length));
        expect(small.attestations.length).to.equal(Math.min(1, one.attestations.length));
        for (const candidate of everyVote)
          if (forbidsVote(one.attestations, candidate))
            expect(forbidsVote(small.attestations, candidate)).to.equal(true);
        for (const candidate of everyBlock)
          if (forbidsBlock(one.blocks, candidate)) expect(forbidsBlock(small.blocks, candidate)).to.equal(true);
      }),
      { numRuns: 1_000 },
    );
  });

  describe("file", () => {
    // The example of https://eips.ethereum.org/EIPS/eip-3076
    const example = {
      metadata: {
        interchange_format_version: "5",
        genesis_validators_root: "0x04700007fabc8282644aed6d1c7c9e21d38a03a0c4ba193f3afe428824b3a673",
      },
      data: [
        {
          pubkey: "0xb845089a1457f811bfc000588fbb4e713669be8ce060ea6be3c6ece09afc3794106c91ca73acda5e5457122d58723bed",
          signed_blocks: [
            { slot: "81952", signing_root: "0x4ff6f743a43f3b4f95350831aeaf0a122a1a392922c45d804280284a69eb850b" },
            { slot: "81951" },
          ],
          signed_attestations: [
            {
              source_epoch: "2290",
              target_epoch: "3007",
              signing_root: "0x587d6a4f59a58fe24f406e0502413e77fe1babddee641fda30034ed37ecc884d",
            },
            { source_epoch: "2290", target_epoch: "3008" },
          ],
        },
      ],
    };

    it("of the standard is read and written as it was", () => {
      const read = parseInterchange(JSON.stringify(example));
      expect(JSON.parse(encodeInterchange(read))).to.deep.equal(example);
      expect(checkInterchange(read)).to.deep.equal([]);
    });

    it("keeps numbers that a double cannot hold", () => {
      const big = structuredClone(example);
      big.data[0]!.signed_blocks[1]!.slot = "18446744073709551614";
      expect(JSON.parse(encodeInterchange(parseInterchange(JSON.stringify(big))))).to.deep.equal(big);
    });

    it("with records of one key in two places has them in one", () => {
      const twice = { ...example, data: [...example.data, ...example.data] };
      const { keys } = parseInterchange(JSON.stringify(twice));
      expect(keys).to.have.length(1);
      expect(keys[0]?.blocks).to.have.length(4);
    });

    for (const [what, change] of [
      ["another version", { metadata: { ...example.metadata, interchange_format_version: "4" } }],
      ["no root", { metadata: { interchange_format_version: "5" } }],
      ["no data", { data: undefined }],
      ["a key that is none", { data: [{ ...example.data[0], pubkey: "0x12" }] }],
      ["a negative slot", { data: [{ ...example.data[0], signed_blocks: [{ slot: "-1" }] }] }],
      ["a slot beyond 64 bits", { data: [{ ...example.data[0], signed_blocks: [{ slot: "18446744073709551616" }] }] }],
      ["a slot as a number", { data: [{ ...example.data[0], signed_blocks: [{ slot: 1 }] }] }],
    ] as const)
      it(`with ${what} is refused`, async () => {
        const text = JSON.stringify({ ...example, ...change });
        expect((await thrownBy(() => parseInterchange(text))).code).to.equal("PROTECTION_MALFORMED");
      });

    it("that is cut off is refused", async () => {
      const text = JSON.stringify(example).slice(0, -20);
      expect((await thrownBy(() => parseInterchange(text))).code).to.equal("PROTECTION_MALFORMED");
    });
  });

  describe("check", () => {
    const votes = (...spans: [number, number, number?][]): Interchange => ({
      genesisValidatorsRoot,
      keys: [
        {
          pubkey,
          blocks: [],
          attestations: spans.map(([source, target, root]) => ({
            sourceEpoch: BigInt(source),
            targetEpoch: BigInt(target),
            signingRoot: root === undefined ? undefined : rootOf(root),
          })),
        },
      ],
    });
    const codes = (file: Interchange, expected = {}) => checkInterchange(file, expected).map(({ code }) => code);

    it("finds what would have been slashed, and nothing else", () => {
      expect(codes(votes([1, 2], [2, 3], [2, 4]))).to.deep.equal([]);
      expect(codes(votes([1, 2, 1], [1, 2, 1]))).to.deep.equal([]);
      expect(codes(votes([1, 2, 1], [1, 2, 2]))).to.deep.equal(["DOUBLE_VOTE"]);
      expect(codes(votes([1, 5], [2, 4]))).to.deep.equal(["SURROUND_VOTE"]);
      expect(codes(votes([2, 4], [1, 5]))).to.deep.equal(["SURROUND_VOTE"]);
      expect(codes(votes([5, 2]))).to.deep.equal(["PROTECTION_MALFORMED"]);
      const blocks = [1, 2].map((root) => ({ slot: 7n, signingRoot: rootOf(root) }));
      expect(codes({ genesisValidatorsRoot, keys: [{ pubkey, blocks, attestations: [] }] })).to.deep.equal([
        "DOUBLE_PROPOSAL",
      ]);
    });

    it("finds every surround that comparing all pairs finds", () => {
      fc.assert(
        fc.property(fc.array(vote, { maxLength: 7 }), (attestations) => {
          const surrounds = attestations.some((a) =>
            attestations.some((b) => a.sourceEpoch < b.sourceEpoch && a.targetEpoch > b.targetEpoch),
          );
          const found = codes({ genesisValidatorsRoot, keys: [{ pubkey, blocks: [], attestations }] });
          expect(found.includes("SURROUND_VOTE")).to.equal(surrounds);
        }),
        { numRuns: 1_000 },
      );
    });

    it("finds files that are empty, of another network, or without a key that is wanted", () => {
      expect(codes({ genesisValidatorsRoot, keys: [] })).to.deep.equal(["PROTECTION_EMPTY"]);
      expect(codes(votes(), { pubkeys: [pubkey] })).to.deep.equal(["PROTECTION_EMPTY"]);
      expect(codes(votes([1, 2]), { pubkeys: [pubkey, other] })).to.deep.equal(["KEY_UNPROTECTED"]);
      expect(codes(votes([1, 2]), { genesisValidatorsRoot: rootOf(9) })).to.deep.equal(["WRONG_NETWORK"]);
      expect(codes(votes([1, 2]), { genesisValidatorsRoot })).to.deep.equal([]);
    });
  });

  describe("store", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "ethstake-protection-"))));
    afterEach(() => rmSync(folder, { recursive: true }));
    const at = (key: Hex, slot: bigint): Interchange => ({
      genesisValidatorsRoot,
      keys: [{ pubkey: key, blocks: [{ slot, signingRoot: undefined }], attestations: [] }],
    });

    it("only ever forbids more, and gives parts of itself", async () => {
      const store = join(folder, "store.json");
      await importProtection(store, [at(pubkey, 10n)]);
      await importProtection(store, [at(pubkey, 5n), at(other, 7n)]);
      expect((await readInterchange(store)).keys.map(({ blocks }) => blocks[0]?.slot)).to.deep.equal([10n, 7n]);
      expect((await exportProtection(store, [other])).keys).to.deep.equal(at(other, 7n).keys);
      expect((await exportProtection(store)).keys).to.have.length(2);
      expect(statSync(store).mode & 0o077).to.equal(0);
      const unknown: Hex = `0x${"cc".repeat(48)}`;
      expect((await thrownBy(() => exportProtection(store, [unknown]))).code).to.equal("KEY_UNPROTECTED");
      expect((await thrownBy(() => exportProtection(join(folder, "none"), [other]))).code).to.equal(
        "PROTECTION_MISSING",
      );
    });

    it("loses nothing when several imports run at once", async () => {
      const store = join(folder, "store.json");
      const keys = Array.from({ length: 4 }, (_, i): Hex => `0x${String(i + 1).repeat(96)}`);
      const results = await Promise.allSettled(keys.map((key) => importProtection(store, [at(key, 1n)])));
      const imported = keys.filter((_, i) => results[i]?.status === "fulfilled");
      expect(imported.length).to.be.greaterThan(0);
      expect((await readInterchange(store)).keys.map((key) => key.pubkey)).to.have.members(imported);
    });
  });

  it("minify makes one record of each kind for every key of a file", () => {
    const file = minifyInterchange({
      genesisValidatorsRoot,
      keys: [
        {
          pubkey,
          blocks: [3n, 9n, 4n].map((slot) => ({ slot, signingRoot: rootOf(1) })),
          attestations: [
            { sourceEpoch: 1n, targetEpoch: 8n, signingRoot: rootOf(1) },
            { sourceEpoch: 2n, targetEpoch: 3n, signingRoot: rootOf(1) },
          ],
        },
      ],
    });
    expect(file.keys[0]?.blocks).to.deep.equal([{ slot: 9n, signingRoot: undefined }]);
    expect(file.keys[0]?.attestations).to.deep.equal([{ sourceEpoch: 2n, targetEpoch: 8n, signingRoot: undefined }]);
  });
});
