import { readFileSync } from "node:fs";
import { createWorld, settleDay } from "./world.ts";
import { parseEther } from "viem";
import { stake } from "../../test/contracts/support/protocol.ts";
const world = await createWorld("osaka");
const { connection, client } = world;
const target = process.argv[2]!;
const file = process.argv[3]!;
const address = (
  process.argv[4] === "nine" ? world.nine : (world.implementations as any)[process.argv[4]!].address
).toLowerCase();
const first = (await client.getBlockNumber({ cacheTime: 0 })) + 1n;
await (target === "stake" ? stake(world, parseEther("1"), world.holder) : settleDay(world));
let hash: any;
for (let b = first; b <= (await client.getBlockNumber({ cacheTime: 0 })); b++)
  hash ??= (await client.getBlock({ blockNumber: b })).transactions[0];
const trace: any = await connection.provider.request({
  method: "debug_traceTransaction",
  params: [hash, { disableMemory: true, disableStorage: true }],
});
const [path, name] = [`contracts/${file}.sol`, file.split("/").at(-1)!];
const art = JSON.parse(readFileSync(`artifacts/${path}/${name}.json`, "utf8"));
const bi = JSON.parse(readFileSync(`artifacts/build-info/${art.buildInfoId}.output.json`, "utf8")).output;
const input = JSON.parse(readFileSync(`artifacts/build-info/${art.buildInfoId}.json`, "utf8")).input;
const key = Object.keys(bi.contracts).find((k) => k.endsWith(path))!;
const dep = bi.contracts[key][name].evm.deployedBytecode;
const srcById: Record<number, string> = {};
for (const [k, v] of Object.entries<any>(bi.sources)) srcById[v.id] = k;
const map = dep.sourceMap.split(";");
const code = art.deployedBytecode.slice(2);
const pcToIdx: number[] = [];
let pc = 0,
  idx = 0;
while (pc < code.length / 2 && idx < map.length) {
  pcToIdx[pc] = idx++;
  const op = parseInt(code.slice(pc * 2, pc * 2 + 2), 16);
  pc += op >= 0x60 && op <= 0x7f ? op - 0x5f + 1 : 1;
}
let s = 0,
  l = 0,
  f = 0;
const loc = map.map((m: string) => {
  const p = m.split(":");
  if (p[0]) s = +p[0];
  if (p[1]) l = +p[1];
  if (p[2]) f = +p[2];
  return [s, l, f];
});
const sum: Record<string, number> = {};
const stack: string[] = [];
const logs = trace.structLogs;
let cur: string[] = [""];
for (let i = 0; i < logs.length; i++) {
  const x = logs[i];
  while (cur.length > x.depth) cur.pop();
  if (cur[x.depth - 1] === address || false) {
    const heavy = /^(SLOAD|SSTORE|LOG|CALL$|STATICCALL|DELEGATECALL|BALANCE|EXTCODE)/.test(x.op);
    if (!heavy) {
      const [a, b, c] = loc[pcToIdx[x.pc]!] ?? [0, 0, -1];
      const src = srcById[c];
      const text = src ? (input.sources[src]?.content ?? "") : "";
      const line = src ? text.slice(0, a).split("\n").length : 0;
      const snippet = src ? text.slice(a, a + Math.min(b, 60)).replace(/\s+/g, " ") : "generated";
      const k = `${src?.split("/").slice(-2).join("/")}:${line} ${snippet}`;
      sum[k] = (sum[k] ?? 0) + x.gasCost;
    }
  }
  if (/^(CALL|STATICCALL|DELEGATECALL)$/.test(x.op)) {
    cur[x.depth] =
      "0x" +
      String(x.stack[x.stack.length - 2])
        .replace(/^0x/, "")
        .padStart(40, "0")
        .slice(-40);
  }
}
const pcs: Record<number, number> = {};
{
  let c: string[] = [""];
  for (const x of logs) {
    while (c.length > x.depth) c.pop();
    if (c[x.depth - 1] === address) pcs[x.pc] = (pcs[x.pc] ?? 0) + 1;
    if (/^(CALL|STATICCALL|DELEGATECALL)$/.test(x.op))
      c[x.depth] =
        "0x" +
        String(x.stack[x.stack.length - 2])
          .replace(/^0x/, "")
          .padStart(40, "0")
          .slice(-40);
  }
}
const hist: Record<number, number> = {};
for (const n of Object.values(pcs)) hist[n] = (hist[n] ?? 0) + 1;
console.log("executions of a pc -> how many pcs", hist);
console.log(
  "hot pcs",
  Object.entries(pcs)
    .filter(([, n]) => n >= 8)
    .map(([pc, n]) => `${pc}x${n}`)
    .join(" "),
);
console.log(
  "total",
  Object.values(sum).reduce((a, b) => a + b, 0),
);
console.log(
  Object.entries(sum)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 45)
    .map(([k, g]) => `${String(g).padStart(6)} ${k}`)
    .join("\n"),
);
process.exit(0);
