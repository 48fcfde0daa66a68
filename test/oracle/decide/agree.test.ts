import { expect } from "chai";

import { agreeOn, type BuiltView } from "../../../oracle/decide/agree.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { rootOf, snapshot } from "../support/snapshots.ts";

const view = (name: string, changes: Partial<BuiltView> = {}): BuiltView => ({
  source: name,
  consensusClient: name,
  executionNode: `execution of ${name}`,
  stateRoot: rootOf(1),
  built: buildReport(snapshot()),
  ...changes,
});
const thrownBy = (views: BuiltView[], singleNode = false) => {
  try {
    agreeOn(views, { singleNode });
  } catch (error) {
    if (error instanceof EthStakeError) return error;
  }
  return expect.fail("it agreed");
};

describe("oracle/decide/agree", () => {
  it("INC-22 takes what two clients and two execution nodes say alike", () => {
    const first = view("teku");
    expect(agreeOn([first, view("lodestar")], { singleNode: false })).to.equal(first.built);
  });

  it("INC-22 refuses a single view, two of one client, and two behind one execution node", () => {
    const shared = { executionNode: "one" };
    for (const views of [
      [view("teku")],
      [view("teku"), view("teku", { executionNode: "other" })],
      [view("teku", shared), view("lodestar", shared)],
      [],
    ])
      expect(thrownBy(views)).to.include({ code: "AGREEMENT_MISSING", retryable: true });
  });

  it("believes one view only when told so, and then not two that differ", () => {
    expect(agreeOn([view("teku")], { singleNode: true }).report.refSlot).to.equal(127n);
    expect(thrownBy([view("teku"), view("teku", { stateRoot: rootOf(2) })], true).code).to.equal("NODES_DISAGREE");
    expect(thrownBy([], true).code).to.equal("AGREEMENT_MISSING");
  });

  it("INC-22 says in what they differ, with both values, even when a third agrees", () => {
    const lie = buildReport(snapshot({ executionReceiptsWei: 5n }));
    const error = thrownBy([view("teku"), view("lodestar"), view("prysm", { built: lie, stateRoot: rootOf(2) })]);
    expect(error.code).to.equal("NODES_DISAGREE");
    expect(error.details).to.deep.include({
      ours: "teku",
      theirs: "prysm",
      differences: {
        stateRoot: { ours: rootOf(1), theirs: rootOf(2) },
        executionReceiptsWei: { ours: 0n, theirs: 5n },
      },
    });
  });
});
