import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { expect } from "chai";
import { privateKeyToAccount } from "viem/accounts";

import { parseDeployment } from "../../chain/deployment.ts";
import { devnetPeople } from "../../deploy/devnet-people.ts";
import { deployPrepared, prepareDeployment, type PreparedDeployment } from "../../deploy/index.ts";
import { mainnet } from "../../deploy/parameters/mainnet.ts";
import { createSigningProvider } from "../../deploy/signing-provider.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { DEPLOYER_KEY, startTestNetwork, type TestNetwork } from "./support/network.ts";

const FRAME_SECONDS = 64 * 12;

describe("a deployment with a journal", () => {
  let network: TestNetwork;
  let folder: string;
  let prepared: PreparedDeployment;
  const deployer = privateKeyToAccount(DEPLOYER_KEY);

  beforeEach(async () => {
    network = await startTestNetwork();
    folder = await mkdtemp(join(tmpdir(), "ethstake-journal-"));
    prepared = await prepareDeployment({ network: "devnet", people: devnetPeople(), ...network });
  });
  afterEach(async () => {
    await network.stop();
    await rm(folder, { recursive: true });
  });

  const deploy = (provider: EIP1193Provider, changes: Partial<PreparedDeployment> = {}) =>
    deployPrepared({
      ...prepared,
      ...changes,
      provider,
      deployer: deployer.address,
      pace: { pollingMs: 5, confirmations: 1 },
      journalFolder: join(folder, "journal"),
    });
  const node = () =>
    createSigningProvider({ url: network.executionUrl, account: deployer, chainId: prepared.chain.chainId });

  it("goes on where it was cut short, a frame later, and sends nothing twice", async () => {
    const { provider, sent } = cutAfter(node(), 17);
    await thrownBy(() => deploy(provider));
    expect(sent()).to.equal(17);
    await network.client.increaseTime({ seconds: 2 * FRAME_SECONDS });
    await network.client.mine({ blocks: 1 });

    const deployment = parseDeployment(await deploy(node()));
    expect(await network.client.getTransactionCount(deployer)).to.equal(35);
    expect(deployment.deployedAtBlock).to.equal(0);
    expect(parseDeployment(await deploy(node()))).to.deep.equal(deployment);
    expect(await network.client.getTransactionCount(deployer)).to.equal(35);
  });

  it("takes the numbers of mainnet: they are within the bounds of every contract", async () => {
    const deployment = parseDeployment(await deploy(node(), { parameters: mainnet, network: "mainnet" }));
    expect(deployment.parameters["frame"]).to.deep.equal({ slotsPerFrame: "7200", framesPerPeriod: "28" });
  });
});

/** A node that is gone after some transactions. */
function cutAfter(node: EIP1193Provider, transactions: number) {
  let sent = 0;
  const provider: EIP1193Provider = {
    request: async (request) => {
      if (sent === transactions) throw new Error("the node is gone");
      const answer = await node.request(request);
      if (request.method === "eth_sendTransaction") sent++;
      return answer;
    },
  };
  return { provider, sent: () => sent };
}
