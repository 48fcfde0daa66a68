import { expect } from "chai";

import { assertSameUptime, attestedByFlags } from "../../../oracle/decide/uptime.ts";
import type { EthStakeError } from "../../../runtime/errors.ts";
import { columnsOf } from "../support/columns.ts";
import { eth } from "../support/snapshots.ts";

const active = { effectiveBalanceGwei: eth(32), slashed: false, activationEpoch: 0, exitEpoch: Infinity };
const state = {
  slot: 95,
  validators: columnsOf([
    active,
    active,
    { ...active, slashed: true },
    { ...active, activationEpoch: 11 },
    { ...active, exitEpoch: 10 },
    active,
  ]),
  previousEpochParticipation: Uint8Array.of(0b010, 0b101, 0b111, 0b111, 0b111, 0b111),
  currentEpochParticipation: new Uint8Array(6),
};

describe("oracle/decide/uptime", () => {
  it("reads the timely target of validators that have a duty, and of no others", () => {
    expect([...attestedByFlags(state, 10, 8, [0, 1, 2, 3, 4, 77])]).to.deep.equal([
      [0, true],
      [1, false],
    ]);
  });

  it("accepts the same from the other way, which may know more", () => {
    const flags = new Map([
      [0, true],
      [1, false],
    ]);
    assertSameUptime(10, flags, new Map([...flags, [9, true]]), "rewards");
  });

  it("INC-22 refuses an epoch of which the ways differ, and says where", () => {
    const flags = new Map(Array.from({ length: 30 }, (_, i): [number, boolean] => [i, true]));
    const other = new Map([...flags].slice(0, 10).map(([index]): [number, boolean] => [index, index !== 3]));
    try {
      assertSameUptime(10, flags, other, "blocks");
      expect.fail("it was accepted");
    } catch (error) {
      expect(error).to.include({ code: "UPTIME_DISAGREES", retryable: true });
      const details = (error as EthStakeError).details as { examples: unknown[] };
      expect(details).to.include({ epoch: 10, otherWay: "blocks", validators: 30, different: 21 });
      expect(details.examples).to.have.length(10);
      expect(details.examples[0]).to.deep.equal({ index: 3, byFlags: true, byOther: false });
      expect(details.examples[1]).to.deep.equal({ index: 10, byFlags: true, byOther: undefined });
    }
  });
});
