import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, connect, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { connectDevnet, startDevnet, type Devnet } from "../../devnet/index.ts";
import { hasCode } from "../../runtime/errors.ts";
import { clientsOf } from "./clients.ts";

describe("devnet: two runs", function () {
  this.timeout(60_000);

  it("make the same chain from the same calls", async () => {
    const run = async (): Promise<string[]> => {
      const devnet = await startDevnet({ mode: "virtual" });
      try {
        const { wallet } = clientsOf(devnet, 3);
        const roots: string[] = [];
        await devnet.advance({ slots: 3, onSlot: ({ headRoot }) => roots.push(headRoot) });
        await wallet.sendTransaction({ to: devnet.depositContract, data: "0xc5f2892f" });
        const { headRoot, executionBlockHash } = await devnet.advance({ slots: 14, skip: [4] });
        return [...roots, headRoot, executionBlockHash];
      } finally {
        await devnet.stop();
      }
    };
    const [first, second] = [await run(), await run()];
    expect(new Set(first).size).to.equal(5);
    expect(second).to.deep.equal(first);
  });
});

describe("devnet: beginning and end", function () {
  this.timeout(60_000);
  const urls = ({ executionUrl, beaconUrl, controlUrl }: Devnet) => [executionUrl, beaconUrl, controlUrl];

  it("is driven by any process that knows the control address, and ends with the one that started it", async () => {
    const owner = await startDevnet({ mode: "virtual", validatorCount: 16 });
    try {
      const guest = await connectDevnet(owner.controlUrl);
      expect(guest.executionUrl).to.equal(owner.executionUrl);
      await guest.advance({ slots: 2 });
      await guest.stop();
      expect(guest.slot()).to.equal(2);
      expect(owner.slot()).to.equal(0);
      expect((await owner.status()).headSlot).to.equal(2);
      expect(owner.now()).to.equal(guest.now());
      expect(await Promise.all(urls(owner).map((url) => answers(url)))).to.deep.equal([true, true, true]);
      await refuses(owner.setOffline([`0x${"ab".repeat(48)}`]), "CONTROL_UNKNOWN_VALIDATOR");
      await refuses(owner.advance({ slots: 0 }), "DEVNET_BAD_ADVANCE");
      for (const address of otherAddresses()) {
        for (const url of urls(owner)) expect(await answers(url, address), `${address} ${url}`).to.equal(false);
      }
    } finally {
      await owner.stop();
    }
    expect(await Promise.all(urls(owner).map((url) => answers(url)))).to.deep.equal([false, false, false]);
    await refuses(owner.status(), "DEVNET_UNREACHABLE");
  });

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    it(`leaves nothing behind when its parent gets ${signal}`, async () => {
      const { parent, addresses } = await startParent();
      expect(await Promise.all(addresses.map((url) => answers(url)))).to.deep.equal([true, true, true]);
      parent.kill(signal);
      const deadlineMs = performance.now() + 5_000;
      while ((await Promise.all(addresses.map((url) => answers(url)))).includes(true)) {
        expect(performance.now()).to.be.lessThan(deadlineMs);
        await sleep(50);
      }
    });
  }

  it("says which port is taken, and starts nothing", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as AddressInfo;
    try {
      await refuses(startDevnet({ mode: "virtual", validatorCount: 16, executionPort: port }), "DEVNET_PORT_TAKEN");
      await refuses(startDevnet({ mode: "virtual", validatorCount: 16, controlPort: port }), "DEVNET_PORT_TAKEN");
    } finally {
      squatter.close();
    }
  });
});

describe("devnet: live", function () {
  this.timeout(60_000);

  it("makes blocks by the wall clock, and does not let anybody push it", async () => {
    const devnet = await startDevnet({ mode: "live", secondsPerSlot: 1 });
    try {
      const { wallet, client } = clientsOf(devnet, 1);
      const hash = await wallet.sendTransaction({ to: wallet.account.address, value: 1n });
      const { status } = await client.waitForTransactionReceipt({ hash, timeout: 30_000 });
      expect(status).to.equal("success");
      const { timestamp, number } = await client.getBlock();
      expect(Math.abs(Number(timestamp) - Date.now() / 1000)).to.be.lessThan(5);
      while ((await client.getBlockNumber()) < number + 3n) await sleep(100);
      expect(devnet.slot()).to.be.within(Number(number), Number(number) + 20);
      await refuses(devnet.advance({ slots: 1 }), "CONTROL_LIVE_MODE");
    } finally {
      await devnet.stop();
    }
  });
});

async function refuses(promise: Promise<unknown>, code: string): Promise<void> {
  try {
    await promise;
  } catch (error) {
    expect(hasCode(error, code), String(error)).to.equal(true);
    return;
  }
  expect.fail(`expected ${code}`);
}

/** Whether somebody listens at the port of `url`. */
async function answers(url: string, address = "127.0.0.1"): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), address);
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function otherAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}

async function startParent(): Promise<{ parent: ChildProcess; addresses: string[] }> {
  const program = fileURLToPath(new URL("hold-devnet.ts", import.meta.url));
  const parent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: parent.stdout })) {
    return { parent, addresses: JSON.parse(line) as string[] };
  }
  throw new Error("The parent ended before the devnet was up");
}
