import { concat, getAddress, zeroAddress, type Address, type Hex, type LocalAccount } from "viem";

import type { Execution } from "../../chain/execution/client.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { accessManagerAbi, safeAbi, timelockAbi } from "../abi.ts";
import type { SafeCall } from "./steps.ts";

const CALL = 0;
const errorAbi = [...protocolErrorAbi, ...accessManagerAbi, ...timelockAbi];

/** Fails with what the call would answer: a Safe itself only says that something inside went wrong. */
export async function simulateAsSafe({ client }: Execution, safe: Address, { to, data }: SafeCall): Promise<void> {
  await client.call({ account: safe, to, data }).catch((error: unknown) => {
    throw toExecutionError(error, "The call of the multisig", errorAbi);
  });
}

/**
 * The transaction of a Safe 1.3 or 1.4 that its owners have signed here: as many as its threshold wants, in the order that
 * it wants.
 */
export async function signedSafeCall(
  { client }: Execution,
  safe: Address,
  owners: readonly LocalAccount[],
  call: SafeCall,
) {
  const contract = { address: safe, abi: safeAbi } as const;
  const [nonce, threshold, members] = await Promise.all([
    client.readContract({ ...contract, functionName: "nonce" }),
    client.readContract({ ...contract, functionName: "getThreshold" }),
    client.readContract({ ...contract, functionName: "getOwners" }),
  ]).catch((error: unknown) => {
    throw toExecutionError(error, `Reading the Safe ${safe}`);
  });
  const signers = signersOf(
    safe,
    owners,
    members.map((member) => getAddress(member)),
    Number(threshold),
  );
  const details = [call.to, 0n, call.data, CALL, 0n, 0n, 0n, zeroAddress, zeroAddress] as const;
  const hash = await client.readContract({
    ...contract,
    functionName: "getTransactionHash",
    args: [...details, nonce],
  });
  const signatures = concat(await Promise.all(signers.map((owner) => signatureOf(owner, hash))));
  return { ...contract, functionName: "execTransaction", args: [...details, signatures] } as const;
}

function signersOf(safe: Address, owners: readonly LocalAccount[], members: readonly Address[], threshold: number) {
  const able = owners.filter(({ address }) => members.includes(getAddress(address)));
  if (able.length < threshold)
    throw new EthStakeError(
      "SIGNERS_MISSING",
      `Give the keys of ${threshold} owners of the Safe ${safe}: ${able.length} of the keys are of its owners`,
      { details: { safe, members, threshold } },
    );
  return [...able].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1)).slice(0, threshold);
}

async function signatureOf({ sign, address }: LocalAccount, hash: Hex): Promise<Hex> {
  if (sign !== undefined) return sign({ hash });
  throw new EthStakeError("KEY_MALFORMED", `Use a private key for ${address}: this account cannot sign a hash`);
}
