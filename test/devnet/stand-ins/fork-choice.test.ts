import "../lodestar-set-up.ts";

import { expect } from "chai";
import { SLOTS_PER_EPOCH } from "@lodestar/params";
import { fromHex } from "@lodestar/utils";
import {
  AncestorStatus,
  ForkChoiceError,
  getSafeExecutionBlockHash,
} from "../../../devnet/stand-ins/fork-choice/index.ts";
import { createFixture, GENESIS_ROOT } from "./fork-choice-fixture.ts";

const UNKNOWN = `0x${"ee".repeat(32)}`;

describe("devnet fork choice stand-in: head", () => {
  it("follows a chain without branches", () => {
    const { forkChoice, addBlock } = createFixture();
    expect(forkChoice.getHeadRoot()).to.equal(GENESIS_ROOT);
    const a = addBlock({ parent: GENESIS_ROOT, slot: 1 });
    const b = addBlock({ parent: a, slot: 3 });
    expect(forkChoice.getHeadRoot()).to.equal(b);
    expect(forkChoice.getHeads().map((block) => block.blockRoot)).to.deep.equal([b]);
  });

  it("goes where most votes are, and changes when votes do", () => {
    const { addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 1 });
    const b = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 2 });
    vote([0, 1], a, 1);
    vote([2], b, 1);
    expect(tick(2)).to.equal(a);
    vote([3], b, 2);
    vote([0], b, 2); // a second vote of the same epoch does not count
    expect(tick(3)).to.equal([a, b].sort()[1]); // 2 : 2, the greater root
  });

  it("counts a vote only from the slot after the one it was made in, and the newest of each validator", () => {
    const { addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 1 });
    const b = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 2 });
    const [smaller, greater] = [a, b].sort() as [string, string];
    vote([0], smaller, 1);
    expect(tick(1)).to.equal(greater);
    expect(tick(2)).to.equal(smaller);
    tick(SLOTS_PER_EPOCH);
    vote([0], greater, SLOTS_PER_EPOCH, 1);
    expect(tick(SLOTS_PER_EPOCH + 1)).to.equal(greater);
  });

  it("weighs a whole subtree, not the block alone", () => {
    const { addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 1 });
    const b = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 2 });
    const b1 = addBlock({ parent: b, slot: 2, salt: 3 });
    addBlock({ parent: b, slot: 2, salt: 4 });
    vote([0], a, 2);
    vote([1, 2], b1, 2);
    expect(tick(3)).to.equal(b1);
  });

  it("boosts a block that is in time, until its slot ends", () => {
    const { forkChoice, addBlock, tick } = createFixture();
    const roots = [1, 2].map((salt) => addBlock({ parent: GENESIS_ROOT, slot: 1, salt }));
    const smaller = [...roots].sort()[0] ?? "";
    const timely = addBlock({ parent: smaller, slot: 2, delaySec: 0 });
    expect(forkChoice.getHeadRoot()).to.equal(timely);
    expect(forkChoice.getProposerBoostRoot()).to.equal(timely);
    expect(tick(3)).to.equal([...roots].sort()[1]);
  });

  it("ignores the votes of validators that were caught voting twice", () => {
    const { forkChoice, addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 1 });
    const b = addBlock({ parent: GENESIS_ROOT, slot: 1, salt: 2 });
    const smaller = [a, b].sort()[0] ?? "";
    vote([0], smaller, 1);
    expect(tick(2)).to.equal(smaller);
    const attestation = { attestingIndices: [0], data: undefined, signature: new Uint8Array(96) } as never;
    forkChoice.onAttesterSlashing({ attestation1: attestation, attestation2: attestation });
    expect(tick(2)).not.to.equal(smaller);
  });
});

describe("devnet fork choice stand-in: checkpoints", () => {
  it("takes the checkpoints of a block's state at once, and tells the chain", () => {
    const { forkChoice, events, addBlock } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH });
    const b = addBlock({ parent: a, slot: 2 * SLOTS_PER_EPOCH, justified: { epoch: 1, root: a } });
    addBlock({
      parent: b,
      slot: 2 * SLOTS_PER_EPOCH + 1,
      justified: { epoch: 2, root: b },
      finalized: { epoch: 1, root: a },
    });
    expect(events).to.deep.equal(["justified 1", "justified 2", "finalized 1"]);
    expect(forkChoice.getJustifiedBlock().blockRoot).to.equal(b);
    expect(forkChoice.getFinalizedBlock().blockRoot).to.equal(a);
    expect(forkChoice.getFinalizedCheckpointSlot()).to.equal(SLOTS_PER_EPOCH);
  });

  it("realises what a block made possible only when its epoch is over", () => {
    const { forkChoice, addBlock, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH });
    addBlock({ parent: a, slot: SLOTS_PER_EPOCH + 1, unrealizedJustified: { epoch: 1, root: a } });
    expect(forkChoice.getJustifiedCheckpoint().epoch).to.equal(0);
    expect(forkChoice.getUnrealizedJustifiedCheckpoint().epoch).to.equal(1);
    tick(2 * SLOTS_PER_EPOCH);
    expect(forkChoice.getJustifiedCheckpoint().rootHex).to.equal(a);
  });

  it("never goes back to an older checkpoint", () => {
    const { forkChoice, addBlock } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH });
    addBlock({ parent: a, slot: SLOTS_PER_EPOCH + 1, justified: { epoch: 1, root: a } });
    addBlock({ parent: a, slot: SLOTS_PER_EPOCH + 2 });
    expect(forkChoice.getJustifiedCheckpoint().epoch).to.equal(1);
  });

  it("does not choose a branch that the finalised block is not part of, whatever its votes", () => {
    const { forkChoice, addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH, salt: 1 });
    const other = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH, salt: 2 });
    vote([0, 1, 2, 3], other, SLOTS_PER_EPOCH, 1);
    expect(tick(SLOTS_PER_EPOCH + 1)).to.equal(other);
    const checkpoint = { epoch: 1, root: a };
    const b = addBlock({ parent: a, slot: 2 * SLOTS_PER_EPOCH, justified: checkpoint, finalized: checkpoint });
    expect(forkChoice.getHeadRoot()).to.equal(b);
    expect(forkChoice.hasBlockHex(other)).to.equal(false);
    expect(forkChoice.hasBlockHexUnsafe(other)).to.equal(true);
    expect(forkChoice.prune(a).map((block) => block.blockRoot)).to.have.members([GENESIS_ROOT, other]);
    expect(forkChoice.hasBlockHexUnsafe(other)).to.equal(false);
    expect(forkChoice.forwarditerateAncestorBlocks()[0]?.blockRoot).to.equal(a);
  });
});

describe("devnet fork choice stand-in: look-ups", () => {
  const branched = () => {
    const fixture = createFixture();
    const a = fixture.addBlock({ parent: GENESIS_ROOT, slot: 1 });
    const b = fixture.addBlock({ parent: a, slot: 4 });
    const side = fixture.addBlock({ parent: a, slot: 2 });
    fixture.vote([0, 1, 2], b, 4);
    fixture.tick(5);
    return { ...fixture, a, b, side };
  };

  it("finds canonical blocks by slot and the nearest before a slot", () => {
    const { forkChoice, a, b, side } = branched();
    expect(forkChoice.getCanonicalBlockAtSlot(4)?.blockRoot).to.equal(b);
    expect(forkChoice.getCanonicalBlockAtSlot(2)).to.equal(null);
    expect(forkChoice.getCanonicalBlockClosestLteSlot(3)?.blockRoot).to.equal(a);
    expect(forkChoice.getCanonicalBlockByRoot(fromHex(side))).to.equal(null);
    expect(forkChoice.getBlockSummariesAtSlot(2).map((block) => block.blockRoot)).to.deep.equal([side]);
    expect(forkChoice.getBlockSummariesByParentRoot(a)).to.have.length(2);
    expect(forkChoice.getSlotsPresent(1)).to.equal(1);
  });

  it("names ancestors youngest first, and what is beside them", () => {
    const { forkChoice, a, b, side } = branched();
    expect([...forkChoice.iterateAncestorBlocks(b)].map((block) => block.blockRoot)).to.deep.equal([a, GENESIS_ROOT]);
    expect(forkChoice.getAllAncestorBlocks(b).map((block) => block.blockRoot)).to.deep.equal([b, a]);
    const { ancestors, nonAncestors } = forkChoice.getAllAncestorAndNonAncestorBlocksDefaultStatus(b);
    expect(ancestors.map((block) => block.blockRoot)).to.deep.equal([b, a, GENESIS_ROOT]);
    expect(nonAncestors.map((block) => block.blockRoot)).to.deep.equal([side]);
    const descendants = [...forkChoice.forwardIterateDescendantsDefaultStatus(a)];
    expect(descendants.map((block) => block.blockRoot)).to.have.members([b, side]);
  });

  it("measures how deep two heads parted", () => {
    const { forkChoice, a, b, side } = branched();
    const block = (root: string) => {
      const found = forkChoice.getBlockHexDefaultStatus(root);
      if (found === null) throw new Error("unknown block");
      return found;
    };
    expect(forkChoice.getCommonAncestorDepth(block(a), block(b)).code).to.equal(AncestorStatus.Descendant);
    expect(forkChoice.getCommonAncestorDepth(block(side), block(b))).to.deep.equal({
      code: AncestorStatus.CommonAncestor,
      depth: 3,
    });
    const stranger = { ...block(a), blockRoot: UNKNOWN };
    expect(forkChoice.getCommonAncestorDepth(stranger, block(b)).code).to.equal(AncestorStatus.BlockUnknown);
  });

  it("names the block that shufflings depend on, also when only its child is left", () => {
    const { forkChoice, addBlock } = createFixture();
    const last = addBlock({ parent: GENESIS_ROOT, slot: SLOTS_PER_EPOCH - 2 });
    const first = addBlock({ parent: last, slot: SLOTS_PER_EPOCH });
    addBlock({ parent: first, slot: SLOTS_PER_EPOCH + 3 });
    expect(forkChoice.getDependentRoot(forkChoice.getHead(), 0)).to.equal(last);
    expect(forkChoice.getDependentRoot(forkChoice.getHead(), 1)).to.equal(GENESIS_ROOT);
    forkChoice.prune(first);
    expect(forkChoice.getDependentRoot(forkChoice.getHead(), 0)).to.equal(last);
  });

  it("tells the execution client that the justified payload is safe", () => {
    const { forkChoice } = createFixture();
    expect(getSafeExecutionBlockHash(forkChoice)).to.equal(forkChoice.getJustifiedBlock().executionPayloadBlockHash);
  });
});

describe("devnet fork choice stand-in: refusals", () => {
  const code = (act: () => unknown): unknown => {
    try {
      act();
    } catch (error) {
      if (error instanceof ForkChoiceError) return "err" in error.type ? error.type.err.code : error.type.code;
      throw error;
    }
    return undefined;
  };

  it("refuses a block without a known parent, or from the future", () => {
    const { addBlock, forkChoice } = createFixture();
    expect(code(() => addBlock({ parent: UNKNOWN, slot: 1 }))).to.equal("UNKNOWN_PARENT");
    expect(forkChoice.hasBlock(fromHex(UNKNOWN))).to.equal(false);
  });

  it("refuses votes for unknown or future blocks and for old epochs", () => {
    const { addBlock, vote, tick } = createFixture();
    const a = addBlock({ parent: GENESIS_ROOT, slot: 5 });
    expect(code(() => vote([0], UNKNOWN, 5))).to.equal("UNKNOWN_HEAD_BLOCK");
    expect(code(() => vote([0], a, 4))).to.equal("ATTESTS_TO_FUTURE_BLOCK");
    tick(3 * SLOTS_PER_EPOCH);
    expect(code(() => vote([0], a, 5))).to.equal("BAD_TARGET_EPOCH");
  });
});
