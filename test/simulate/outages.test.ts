import { expect } from "chai";
import type { Hex } from "viem";

import { createOutages } from "../../scripts/simulate/outages.ts";

const [a, b, c]: Hex[] = ["0x0a", "0x0b", "0x0c"];

describe("simulation, outages", () => {
  it("leaves a validator off until its last reason is gone", async () => {
    const off = new Set<Hex>();
    const outages = createOutages({
      setOffline: async (pubkeys) => pubkeys.forEach((pubkey) => off.add(pubkey)),
      setOnline: async (pubkeys) => pubkeys.forEach((pubkey) => off.delete(pubkey)),
    });
    await outages.begin("storm", [a!, b!]);
    await outages.begin("strike", [b!, c!]);
    expect([...off]).to.have.members([a, b, c]);
    await outages.end("storm");
    expect([...off]).to.have.members([b, c]);
    expect([...outages.offline]).to.have.members([b, c]);
    await outages.end("strike");
    expect([...off]).to.deep.equal([]);
  });
});
