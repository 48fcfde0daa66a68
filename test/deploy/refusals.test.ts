import { expect } from "chai";
import type { Address } from "viem";

import { NETWORKS } from "../../chain/networks.ts";
import { devnetPeople } from "../../deploy/devnet-people.ts";
import { deployProtocol, prepareDeployment, type People } from "../../deploy/index.ts";
import { sortedMembers } from "../../deploy/people.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { startFakeBeacon } from "./support/beacon-node.ts";
import { DEPLOYER_KEY, startTestNetwork, type TestNetwork } from "./support/network.ts";

const NO_CODE: Address = "0x00000000000000000000000000000000000000aa";

describe("a deployment is refused", () => {
  let devnet: TestNetwork;
  let hoodi: TestNetwork;
  before(async () => {
    devnet = await startTestNetwork();
    hoodi = await startTestNetwork("hoodi");
  });
  after(() => Promise.all([devnet.stop(), hoodi.stop()]));

  const prepare = (options: Partial<Parameters<typeof prepareDeployment>[0]>) =>
    thrownBy(() => prepareDeployment({ network: "devnet", people: devnetPeople(), ...urls(devnet), ...options }));
  const urls = ({ executionUrl, consensusUrl }: TestNetwork) => ({ executionUrl, consensusUrl });
  const peopleAt = (administrator: Address, guardian: Address): People => ({
    ...devnetPeople(),
    administrator: { address: administrator },
    guardian: { address: guardian },
  });
  const withCode = async (address: Address): Promise<Address> => {
    await hoodi.client.setCode({ address, bytecode: "0x00" });
    return address;
  };

  it("on an execution node of another chain", async () => {
    const error = await prepare({ executionUrl: hoodi.executionUrl });
    expect(error.code).to.equal("WRONG_CHAIN");
    expect(error.message).to.include("560048");
  });

  it("on a beacon node of another chain", async () => {
    const error = await prepare({ consensusUrl: hoodi.consensusUrl });
    expect(error.code).to.equal("WRONG_CHAIN");
    expect(error.message).to.include("Use a beacon node of devnet");
  });

  it("when the beacon chain has other slots than the network", async () => {
    const { timestamp } = await hoodi.client.getBlock();
    const beacon = await startFakeBeacon({ ...NETWORKS.hoodi, secondsPerSlot: 6 }, Number(timestamp) - 100_000);
    try {
      const error = await prepare({ network: "hoodi", ...urls(hoodi), consensusUrl: beacon.url });
      expect(error.code).to.equal("WRONG_CHAIN");
      expect(error.details).to.include({ what: "seconds of a slot", got: 6, want: 12 });
    } finally {
      await beacon.stop();
    }
  });

  it("when a multisig has no code", async () => {
    const people = peopleAt(await withCode("0x00000000000000000000000000000000000000bb"), NO_CODE);
    const error = await prepare({ network: "hoodi", ...urls(hoodi), people });
    expect(error.code).to.equal("MULTISIG_MISSING");
    expect(error.details).to.include({ name: "guardian", address: NO_CODE });
  });

  it("when one multisig should be administrator and guardian", async () => {
    const both = await withCode("0x00000000000000000000000000000000000000bb");
    const error = await prepare({ network: "hoodi", ...urls(hoodi), people: peopleAt(both, both) });
    expect(error.code).to.equal("PEOPLE_INVALID");
  });

  it("when Safes are to be made anywhere but on a devnet", async () => {
    const error = await prepare({ network: "hoodi", ...urls(hoodi) });
    expect(error.code).to.equal("PEOPLE_INVALID");
  });

  it("with a committee that could not decide, or counts somebody twice", async () => {
    const [one, two, three] = devnetPeople().committee.members as [Address, Address, Address];
    for (const committee of [
      { members: [one, two, three], quorum: 1 },
      { members: [one, two, three], quorum: 4 },
      { members: [one, two, one], quorum: 2 },
    ])
      expect((await prepare({ people: { ...devnetPeople(), committee } })).code).to.equal("PEOPLE_INVALID");
    const ascending = sortedMembers({ members: [two, three, one], quorum: 2 }).map((member) => member.toLowerCase());
    expect(ascending)
      .to.deep.equal([...ascending].sort())
      .and.have.lengthOf(3);
  });

  it("by a deployer without ether, in one line", async () => {
    const people = devnetPeople();
    const deployerKey = `0x${"77".repeat(32)}` as const;
    const deploy = () => deployProtocol({ network: "devnet", ...urls(devnet), people, deployerKey, outFile: "never" });
    const error = await thrownBy(deploy);
    expect(error.code).to.equal("INSUFFICIENT_FUNDS");
    expect(error.message).to.not.include("\n");
  });

  it("when a contract refuses, with the reason", async () => {
    const overrides = { registry: { bondRateBps: 10_001 } };
    const people = devnetPeople();
    const deploy = () =>
      deployProtocol({
        network: "devnet",
        ...urls(devnet),
        people,
        overrides,
        deployerKey: DEPLOYER_KEY,
        outFile: "never",
      });
    const error = await thrownBy(deploy);
    expect(error.code).to.equal("DEPLOYMENT_FAILED");
    expect(error.message).to.include("OperatorRegistryStart").and.include("ParameterOutOfBounds");
  });
});
