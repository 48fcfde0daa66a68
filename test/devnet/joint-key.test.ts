import { aggregateSignatures, SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import { jointKey } from "../../devnet/validator/joint-key.ts";

describe("devnet joint key", () => {
  const message = new Uint8Array(32).fill(9);
  const keys = [1, 2, 3].map((seed) => SecretKey.fromKeygen(new Uint8Array(32).fill(seed)));
  const aggregated = (of: SecretKey[]) => aggregateSignatures(of.map((key) => key.sign(message))).toHex();

  it("signs what the signatures of its keys add up to", () => {
    expect(jointKey(keys).sign(message).toHex()).to.equal(aggregated(keys));
  });

  it("counts a key twice that is listed twice", () => {
    const twice = [...keys, ...keys.slice(0, 1)];
    expect(jointKey(twice).sign(message).toHex()).to.equal(aggregated(twice));
    expect(jointKey(twice).sign(message).toHex()).not.to.equal(aggregated(keys));
  });
});
