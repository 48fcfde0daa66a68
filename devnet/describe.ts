import { fundedAccount, DEVNET_MNEMONIC, privateKeyOf } from "./accounts.ts";
import type { Devnet } from "./devnet.ts";

/** How to talk to a running devnet, for a person. */
export function describeDevnet(devnet: Devnet, accountCount: number): string {
  const { mode, chainId, secondsPerSlot, slotsPerEpoch, executionUrl, beaconUrl, controlUrl } = devnet;
  const accounts = Array.from({ length: accountCount }, (_, index) => fundedAccount(index));
  const time =
    mode === "live"
      ? `Slots of ${secondsPerSlot} s by the wall clock, ${slotsPerEpoch} an epoch.`
      : `Time moves only when asked. Run eight slots:
  curl -X POST ${controlUrl}/advance -d '{"slots": 8}'`;
  return `Ethereum network, ${mode} time, chain id ${chainId}

JSON-RPC        ${executionUrl}
Beacon API      ${beaconUrl}
Control API     ${controlUrl}
Deposit contract  ${devnet.depositContract}

${time}
Where it stands:
  curl ${controlUrl}/status

Accounts with 1,000,000 ETH each (mnemonic "${DEVNET_MNEMONIC}"):
${accounts.map((account, index) => `${String(index).padStart(2)}  ${account.address}  ${privateKeyOf(account)}`).join("\n")}

These keys are public: never use them elsewhere. Stop with Ctrl-C; nothing is kept.`;
}
