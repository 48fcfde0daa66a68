import { expect } from "chai";
import { domainSeparator } from "viem";

import { same, stage } from "../support/stage.ts";

describe("EthStake metadata", () => {
  it("name, symbol and decimals answer", async () => {
    const { token } = await stage();
    expect(await token.read.name()).to.equal("ethSTAKE");
    expect(await token.read.symbol()).to.equal("ethSTAKE");
    expect(await token.read.decimals()).to.equal(18);
  });

  it("POOL is the only contract that the token knows", async () => {
    const { token, pool } = await stage();
    expect(await token.read.POOL()).to.satisfy(same(pool.address));
  });

  it("supportsInterface knows ERC-165, ERC-20 and ERC-1363", async () => {
    const { token } = await stage();
    for (const [id, known] of [
      ["0x01ffc9a7", true],
      ["0x36372b07", true],
      ["0xb0202a11", true],
      ["0xffffffff", false],
      ["0x80ac58cd", false],
    ] as const)
      expect(await token.read.supportsInterface([id])).to.equal(known);
  });

  it("DOMAIN_SEPARATOR and eip712Domain tell the domain of permits", async () => {
    const { token, client } = await stage();
    const chainId = await client.getChainId();
    const domain = { name: "ethSTAKE", version: "1", chainId, verifyingContract: token.address };
    expect(await token.read.DOMAIN_SEPARATOR()).to.equal(domainSeparator({ domain }));
    const [, name, version, onChain, verifyingContract] = await token.read.eip712Domain();
    expect([name, version, onChain]).to.deep.equal(["ethSTAKE", "1", BigInt(chainId)]);
    expect(verifyingContract).to.satisfy(same(token.address));
  });
});
