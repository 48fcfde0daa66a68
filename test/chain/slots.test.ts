import { expect } from "chai";
import fc from "fast-check";

import {
  FAR_FUTURE_EPOCH,
  epochAtSlot,
  epochToUint64,
  firstSlotOfEpoch,
  lastSlotOfEpoch,
  slotAtTime,
  timeAtSlot,
  uint64ToNumber,
} from "../../chain/slots.ts";

const mainnet = { genesisTime: 1606824023, secondsPerSlot: 12, slotsPerEpoch: 32 };

describe("slots", () => {
  it("agree with mainnet", () => {
    // Fulu began with epoch 411392, slot 13164544, at 2025-12-03T21:49:11Z.
    expect(firstSlotOfEpoch(mainnet, 411392)).to.equal(13164544);
    expect(timeAtSlot(mainnet, 13164544)).to.equal(Date.parse("2025-12-03T21:49:11Z") / 1000);
  });

  it("go to time and epochs and back", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.double({ min: 0, max: 11.9, noNaN: true }), (slot, within) => {
        expect(slotAtTime(mainnet, timeAtSlot(mainnet, slot) + within)).to.equal(slot);
        const epoch = epochAtSlot(mainnet, slot);
        expect(slot).to.be.within(firstSlotOfEpoch(mainnet, epoch), lastSlotOfEpoch(mainnet, epoch));
      }),
    );
    expect(slotAtTime(mainnet, mainnet.genesisTime - 1)).to.equal(-1);
  });

  it("keep 'not yet' apart from every epoch", () => {
    expect(epochToUint64(FAR_FUTURE_EPOCH)).to.equal(18446744073709551615n);
    expect(uint64ToNumber(18446744073709551615n)).to.equal(FAR_FUTURE_EPOCH);
    expect(uint64ToNumber(epochToUint64(411392))).to.equal(411392);
  });
});
