import { hexToBytes, parseAbi, type Hex } from "viem";

import type { Stage } from "../stage.ts";

const depositEvent = parseAbi([
  "event DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes index)",
]);

export type LoggedDeposit = { blockNumber: bigint; pubkey: Hex; amountGwei: bigint };

/** Deposits with our credentials, out of the deposit contract's own log: what the beacon chain reads too. */
export async function readDepositLog(
  { protocol, net }: Stage,
  range: { fromBlock: bigint; toBlock: bigint },
): Promise<LoggedDeposit[]> {
  const credentials = await protocol.manager.read.withdrawalCredentials();
  const logs = await protocol.client.getContractEvents({
    address: net.depositContract,
    abi: depositEvent,
    eventName: "DepositEvent",
    strict: true,
    ...range,
  });
  return logs
    .filter(({ args }) => args.withdrawal_credentials === credentials)
    .map(({ args, blockNumber }) => ({
      blockNumber,
      pubkey: args.pubkey,
      // Eight little-endian bytes.
      amountGwei: Buffer.from(hexToBytes(args.amount)).readBigUInt64LE(),
    }));
}
