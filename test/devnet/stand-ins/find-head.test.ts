import "../lodestar-set-up.ts";

import { SLOTS_PER_EPOCH } from "@lodestar/params";
import { expect } from "chai";
import { BlockTree } from "../../../devnet/stand-ins/fork-choice/block-tree.ts";
import { findHead } from "../../../devnet/stand-ins/fork-choice/find-head.ts";
import { ExecutionStatus, type ProtoBlock } from "../../../devnet/stand-ins/fork-choice/index.ts";

const block = (blockRoot: string, parentRoot: string, slot: number, more: Partial<ProtoBlock> = {}): ProtoBlock => ({
  slot,
  blockRoot,
  parentRoot,
  stateRoot: blockRoot,
  targetRoot: blockRoot,
  timeliness: false,
  justifiedEpoch: 0,
  justifiedRoot: "root",
  finalizedEpoch: 0,
  finalizedRoot: "root",
  unrealizedJustifiedEpoch: 0,
  unrealizedJustifiedRoot: "root",
  unrealizedFinalizedEpoch: 0,
  unrealizedFinalizedRoot: "root",
  executionPayloadBlockHash: blockRoot,
  executionStatus: ExecutionStatus.Valid,
  dataAvailabilityStatus: "Available",
  payloadStatus: 2,
  parentBlockHash: parentRoot,
  ...more,
});

describe("devnet fork choice stand-in: which leaves may be the head", () => {
  const root = { epoch: 0, rootHex: "root" };
  const treeOf = (...blocks: ProtoBlock[]) => {
    const tree = BlockTree.initialize(block("root", "none", 0));
    for (const added of blocks) tree.onBlock(added);
    return tree;
  };
  const heavy = new Map([["heavy", 100]]);

  it("only those that the finalised block is part of", () => {
    const tree = treeOf(block("light", "root", 1), block("heavy", "root", 1));
    const inputs = { tree, currentSlot: 2, justified: root, weights: heavy };
    expect(findHead({ ...inputs, finalized: root }).blockRoot).to.equal("heavy");
    expect(findHead({ ...inputs, finalized: { epoch: 1, rootHex: "light" } }).blockRoot).to.equal("light");
  });

  it("only those that agree on what is justified, or are recent enough to catch up", () => {
    const light = block("light", "root", 6 * SLOTS_PER_EPOCH, { justifiedEpoch: 4 });
    const tree = treeOf(light, block("heavy", "root", 6 * SLOTS_PER_EPOCH, { justifiedEpoch: 3 }));
    const justified = { epoch: 4, rootHex: "root" };
    const inputs = { tree, currentSlot: 6 * SLOTS_PER_EPOCH, finalized: root, weights: heavy };
    expect(findHead({ ...inputs, justified }).blockRoot).to.equal("light");
    expect(findHead({ ...inputs, justified: { epoch: 3, rootHex: "root" } }).blockRoot).to.equal("heavy");
  });

  it("never one whose payload is invalid, nor what is built on it", () => {
    const invalid = block("heavy", "root", 1, { executionStatus: ExecutionStatus.Invalid });
    const tree = treeOf(block("light", "root", 1), invalid, block("child", "heavy", 2));
    expect(findHead({ tree, currentSlot: 3, justified: root, finalized: root, weights: heavy }).blockRoot).to.equal(
      "light",
    );
  });

  it("the start itself when no leaf may be", () => {
    const tree = treeOf(block("heavy", "root", 1, { executionStatus: ExecutionStatus.Invalid }));
    expect(findHead({ tree, currentSlot: 2, justified: root, finalized: root, weights: heavy }).blockRoot).to.equal(
      "root",
    );
  });
});
