import { createWorld, settleDay } from "./world.ts";
import { parseEther } from "viem";
import { stake } from "../../test/contracts/support/protocol.ts";
const world = await createWorld("osaka");
const { connection, client } = world;
async function profile(title: string, step: () => Promise<unknown>) {
  const first = (await client.getBlockNumber({ cacheTime: 0 })) + 1n;
  await step();
  const last = await client.getBlockNumber({ cacheTime: 0 });
  for (let b = first; b <= last; b++)
    for (const hash of (await client.getBlock({ blockNumber: b })).transactions) {
      const r = await client.getTransactionReceipt({ hash });
      const trace: any = await connection.provider.request({
        method: "debug_traceTransaction",
        params: [hash, { disableMemory: true, disableStorage: true }],
      });
      const logs = trace.structLogs;
      const by: Record<string, [number, number]> = {};
      // self cost of each op: gas(i) - gas(next at same depth...) use gasCost except calls
      for (let i = 0; i < logs.length; i++) {
        const l = logs[i];
        const isCall =
          /CALL|CREATE/.test(l.op) && l.op !== "CALLVALUE" && !l.op.startsWith("CALLDATA") && l.op !== "CALLER";
        let cost = l.gasCost;
        const next = logs[i + 1];
        if (isCall && next && next.depth > l.depth) cost = l.gas - next.gas > 0 ? 0 : 0;
        const heavy = /^(SLOAD|SSTORE|LOG|.*CALL$|BALANCE|EXTCODE|KECCAK|SELFBALANCE)/.test(l.op);
        const key = `d${l.depth} ${heavy ? l.op + (l.op === "SLOAD" || l.op === "SSTORE" ? " " + l.gasCost : "") : "compute"}`;
        const e = (by[key] ??= [0, 0]);
        e[0]++;
        e[1] += isCall ? 0 : cost;
      }
      console.log(title, "gasUsed", r.gasUsed);
      console.log(
        Object.entries(by)
          .sort((a, b) => b[1][1] - a[1][1])
          .slice(0, 30)
          .map(([k, [n, g]]) => `${k.padEnd(28)} n=${n} gas=${g}`)
          .join("\n"),
      );
      // contract frames with gas
      const frames: string[] = [];
      const stack: { gas: number; op: string; to: string; depth: number }[] = [];
      for (let i = 0; i < logs.length; i++) {
        const l = logs[i];
        while (stack.length && l.depth <= stack[stack.length - 1]!.depth) {
          const f = stack.pop()!;
          frames.push(`${"  ".repeat(f.depth)}${f.op} ${f.to} total=${f.gas - l.gas}`);
        }
        if (/^(CALL|DELEGATECALL|STATICCALL)$/.test(l.op)) {
          const st = l.stack;
          stack.push({
            gas: l.gas,
            op: l.op,
            to:
              "0x" +
              String(st[st.length - 2])
                .replace(/^0x/, "")
                .slice(-40),
            depth: l.depth,
          });
        }
      }
      console.log(frames.join("\n"));
    }
}
const names = Object.entries({
  pool: world.pool,
  queue: world.queue,
  registry: world.registry,
  manager: world.manager,
  distribution: world.distribution,
  token: world.token,
  wv: world.withdrawalVault,
  ev: world.executionRewardsVault,
});
console.log(names.map(([n, c]) => `${n} ${c.address}`).join("\n"), world.nine);
console.log(
  Object.entries(world.implementations)
    .map(([n, c]) => `${n} impl ${c.address}`)
    .join("\n"),
);
if (process.argv.includes("stake")) await profile("stake", () => stake(world, parseEther("1"), world.holder));
if (process.argv.includes("settle")) await profile("settle", () => settleDay(world));
process.exit(0);
