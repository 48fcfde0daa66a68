import { expect } from "chai";

import { networkByName } from "../../chain/networks.ts";
import { parseNetworkFile } from "../../deposits/network.ts";
import {
  assertAmount,
  credentialsOf,
  kindOfCredentials,
  parseDepositAmount,
  parseWithdrawalAddress,
} from "../../deposits/terms.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const regular = credentialsOf(address, false);
const compounding = credentialsOf(address, true);

describe("terms of a deposit", () => {
  it("credentials are of the kind that was asked for and pay to the address", () => {
    expect(regular).to.equal(`0x01${"00".repeat(11)}${address.slice(2).toLowerCase()}`);
    expect(compounding).to.equal(`0x02${"00".repeat(11)}${address.slice(2).toLowerCase()}`);
    expect([regular, compounding].map(kindOfCredentials)).to.deep.equal(["regular", "compounding"]);
    expect(kindOfCredentials(`0x00${"ab".repeat(31)}`)).to.equal("bls");
    expect(kindOfCredentials(`0x01${"ab".repeat(31)}`)).to.equal("unknown");
    expect(kindOfCredentials(`0x02${"00".repeat(31)}`)).to.equal("unknown");
  });

  for (const [what, text, code] of [
    ["the zero address", `0x${"00".repeat(20)}`, "ADDRESS_INVALID"],
    ["small letters alone", address.toLowerCase(), "ADDRESS_CHECKSUM"],
    ["large letters alone", `0x${address.slice(2).toUpperCase()}`, "ADDRESS_CHECKSUM"],
    ["one wrong letter", address.replace("79C8", "79c8"), "ADDRESS_CHECKSUM"],
    ["one wrong digit", address.replace("7099", "7098"), "ADDRESS_CHECKSUM"],
    ["too short", address.slice(0, -1), "ADDRESS_INVALID"],
    ["no prefix", address.slice(2), "ADDRESS_INVALID"],
    ["a name", "vault.eth", "ADDRESS_INVALID"],
    ["nothing", "", "ADDRESS_INVALID"],
  ] as const)
    it(`INC-09 a withdrawal address of ${what} is refused: ${code}`, async () => {
      expect((await thrownBy(() => parseWithdrawalAddress(text))).code).to.equal(code);
    });

  it("a withdrawal address in checksum form is taken", () => {
    expect(parseWithdrawalAddress(address)).to.equal(address);
  });

  it("amounts are whole Gwei", async () => {
    expect(parseDepositAmount("32")).to.equal(32_000_000_000n);
    expect(parseDepositAmount("1.000000001")).to.equal(1_000_000_001n);
    expect((await thrownBy(() => parseDepositAmount("1.0000000001"))).code).to.equal("AMOUNT_OFF_GRID");
    for (const text of ["", "-1", "1e3", "32 ETH", "0x20", "1,5"])
      expect((await thrownBy(() => parseDepositAmount(text))).code, text).to.equal("AMOUNT_INVALID");
  });

  it("amounts are what the chain takes and what earns", async () => {
    for (const [amountGwei, credentials] of [
      [1_000_000_000n, regular],
      [32_000_000_000n, regular],
      [1_000_000_000n, compounding],
      [2_048_000_000_000n, compounding],
    ] as const)
      assertAmount(amountGwei, credentials);
    for (const [amountGwei, credentials] of [
      [999_999_999n, compounding],
      [0n, compounding],
      [32_000_000_001n, regular],
      [2_048_000_000_001n, compounding],
    ] as const)
      expect((await thrownBy(() => assertAmount(amountGwei, credentials))).code).to.equal("AMOUNT_OUT_OF_RANGE");
  });
});

describe("a network of one's own", () => {
  const file = { network_name: "mynet", genesis_fork_version: "10000038", exit_fork_version: "0x40000038" };
  const parse = (changes: object) => parseNetworkFile(JSON.stringify({ ...file, ...changes }), "net.json");

  it("is read with the names of the usual tool; what is missing is as on mainnet", () => {
    expect(parse({ genesis_validator_root: "ab".repeat(32), deposit_chain_id: 7032118028 })).to.deep.equal({
      ...networkByName("mainnet"),
      name: "mynet",
      chainId: 7032118028,
      genesisForkVersion: "0x10000038",
      capellaForkVersion: "0x40000038",
      genesisValidatorsRoot: `0x${"ab".repeat(32)}`,
    });
    expect(parse({}).genesisValidatorsRoot).to.equal(undefined);
  });

  it("INC-05 under a name that is known must be that network", async () => {
    const hoodi = { network_name: "hoodi", genesis_fork_version: "10000910", exit_fork_version: "40000910" };
    expect(parse(hoodi)).to.deep.equal(networkByName("hoodi"));
    expect((await thrownBy(() => parse({ network_name: "mainnet" }))).code).to.equal("WRONG_NETWORK");
  });

  for (const [what, changes] of [
    ["a fork version that is too long", { genesis_fork_version: "1000003800" }],
    ["no exit fork version", { exit_fork_version: undefined }],
    ["a name with other letters", { network_name: "My Net" }],
    ["a field that nobody knows", { genesis_fork: "10000038" }],
    ["an address that is none", { deposit_contract_address: "0x12" }],
  ] as const)
    it(`with ${what} is refused`, async () => {
      expect((await thrownBy(() => parse(changes))).code).to.equal("NETWORK_FILE_MALFORMED");
    });

  it("that is no JSON is refused", async () => {
    expect((await thrownBy(() => parseNetworkFile("{", "net.json"))).code).to.equal("NETWORK_FILE_MALFORMED");
  });
});
