import { createHash } from "node:crypto";
import { realpath, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EthStakeError } from "./errors.ts";

/**
 * Makes sure that no other process of this machine uses a folder: IN_USE when one does. A socket is listened on, which
 * the system closes whatever way a process ends; so nothing is left behind that a restart would stumble over.
 */
export async function acquireExclusively(folder: string): Promise<{ release(): Promise<void> }> {
  const name = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 24);
  const path = join(tmpdir(), `ethstake-${name}.sock`);
  const server = await listen(path).catch(async () => {
    if (await answers(path)) throw inUse(folder);
    await rm(path, { force: true });
    return listen(path).catch((cause: unknown) => {
      throw inUse(folder, cause);
    });
  });
  // It must not keep a process alive that has nothing else to do.
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function inUse(folder: string, cause?: unknown): EthStakeError {
  return new EthStakeError("IN_USE", `Stop the other process that uses ${folder}, or name another folder`, {
    cause,
    details: { folder },
  });
}
