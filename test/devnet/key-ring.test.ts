import { SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import { KeyRing } from "../../devnet/validator/keys.ts";

describe("devnet key ring", () => {
  const secretKey = SecretKey.fromKeygen(new Uint8Array(32).fill(1));
  const pubkey = `0x${Buffer.from(secretKey.toPublicKey().toBytes()).toString("hex")}`;

  it("knows its keys by public key in any case, and takes a new fee recipient", () => {
    const keys = new KeyRing();
    keys.add(secretKey, "0x01");
    keys.add(secretKey, "0x02");
    expect(keys.pubkeys()).to.deep.equal([pubkey]);
    expect(keys.get(pubkey.toUpperCase().replace("0X", "0x"))?.feeRecipient).to.equal("0x02");
    expect(keys.get("0x")).to.equal(undefined);
  });

  it("switches validators off and on", () => {
    const keys = new KeyRing();
    keys.add(secretKey, "0x01");
    expect(keys.isOnline(pubkey)).to.equal(true);
    keys.setOffline(pubkey.toUpperCase().replace("0X", "0x"), true);
    expect(keys.isOnline(pubkey)).to.equal(false);
    expect(keys.offline()).to.deep.equal([pubkey]);
    keys.setOffline(pubkey, false);
    expect(keys.isOnline(pubkey)).to.equal(true);
  });
});
