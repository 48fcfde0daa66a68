// A parent for lifetime.test.ts to kill: starts a devnet, prints its addresses, and waits.
import { startDevnet } from "../../devnet/index.ts";

const { executionUrl, beaconUrl, controlUrl } = await startDevnet({ mode: "virtual", validatorCount: 16 });
console.log(JSON.stringify([executionUrl, beaconUrl, controlUrl]));
setInterval(() => {}, 1_000);
