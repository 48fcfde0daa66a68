import { expect } from "chai";

import { stringifyJson } from "../../runtime/json.ts";

describe("stringifyJson", () => {
  it("writes bigints, bytes, maps and infinity, which plain JSON cannot", () => {
    const value = {
      wei: 10n ** 30n,
      root: new Uint8Array([0, 255]),
      epoch: Infinity,
      map: new Map([["a", 1n]]),
      no: undefined,
    };
    expect(stringifyJson(value)).to.equal(
      '{"wei":"1000000000000000000000000000000","root":"0x00ff","epoch":"Infinity","map":{"a":"1"}}',
    );
  });
});
