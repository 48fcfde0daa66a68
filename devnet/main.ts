// `npx node devnet/main.ts [--live] [...]`: runs a devnet until Ctrl-C and tells how to talk to it.
import { parseArgs } from "node:util";
import { FUNDED_ACCOUNT_COUNT } from "./accounts.ts";
import type { DevnetOptions } from "./devnet.ts";
import { describeDevnet } from "./describe.ts";
import { startDevnet } from "./start.ts";

const HELP = `Runs an Ethereum network on this machine until Ctrl-C.

  --live                    slots by the wall clock; without it time moves only when asked
  --validators N            validators that are active from the start (64)
  --seconds-per-slot N      12 in virtual time, 2 live
  --execution-port N        JSON-RPC; also --engine-port, --beacon-port, --control-port (free ports)
  --genesis-time UNIX       fixed in virtual time, a few seconds from now live
  --log-dir DIR             write logs there
  --log-level LEVEL         error, warn, info, verbose, debug`;

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    live: { type: "boolean", default: false },
    validators: text,
    "seconds-per-slot": text,
    "execution-port": text,
    "engine-port": text,
    "beacon-port": text,
    "control-port": text,
    "genesis-time": text,
    "log-dir": text,
    "log-level": text,
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const number = (name: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  console.error(`Give --${name} a whole number instead of "${value}"`);
  process.exit(2);
};
const given: { [K in keyof DevnetOptions]?: DevnetOptions[K] | undefined } = {
  validatorCount: number("validators", values.validators),
  secondsPerSlot: number("seconds-per-slot", values["seconds-per-slot"]),
  executionPort: number("execution-port", values["execution-port"]),
  enginePort: number("engine-port", values["engine-port"]),
  beaconPort: number("beacon-port", values["beacon-port"]),
  controlPort: number("control-port", values["control-port"]),
  genesisTime: number("genesis-time", values["genesis-time"]),
  dataDir: values["log-dir"],
  logLevel: values["log-level"],
};
const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
const devnet = await startDevnet({ ...options, mode: values.live ? "live" : "virtual" });
console.log(describeDevnet(devnet, FUNDED_ACCOUNT_COUNT));

const stop = async () => {
  await devnet.stop();
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
