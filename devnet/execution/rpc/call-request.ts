import {
  createAddressFromString,
  createZeroAddress,
  hexToBytes,
  type Address,
  type PrefixedHexString,
} from "@ethereumjs/util";
import { z } from "zod";
import { EXECUTION_REVERTED, RpcError, SERVER_ERROR } from "./method.ts";

const hex = z.custom<PrefixedHexString>(
  (value) => typeof value === "string" && /^0x[0-9a-fA-F]*$/.test(value),
  "expected hex",
);
const quantity = hex.transform((text) => (text === "0x" ? 0n : BigInt(text)));

/** The transaction object of eth_call and eth_estimateGas. Fees and nonce are left out on purpose: neither is charged. */
const callObject = z.object({
  from: hex.nullish(),
  to: hex.nullish(),
  gas: quantity.nullish(),
  value: quantity.nullish(),
  data: hex.nullish(),
  input: hex.nullish(),
  accessList: z.array(z.object({ address: hex, storageKeys: z.array(hex) })).nullish(),
});

export interface CallRequest {
  from: Address;
  to: Address | undefined;
  gas: bigint | undefined;
  valueWei: bigint;
  data: Uint8Array;
  accessList: { address: PrefixedHexString; storageKeys: PrefixedHexString[] }[] | undefined;
}

/** Reads the transaction object of a call. */
export function parseCallRequest(param: unknown): CallRequest {
  const { from, to, gas, value, data, input, accessList } = callObject.parse(param);
  return {
    from: from ? createAddressFromString(from) : createZeroAddress(),
    to: to ? createAddressFromString(to) : undefined,
    gas: gas ?? undefined,
    valueWei: value ?? 0n,
    data: hexToBytes(input ?? data ?? "0x"),
    accessList: accessList ?? undefined,
  };
}

/** The error of a failed execution as other execution clients word it; libraries look for these words. */
export function executionError(reason: string, returnValue: PrefixedHexString): RpcError {
  return reason === "revert"
    ? new RpcError(EXECUTION_REVERTED, "execution reverted", returnValue)
    : new RpcError(SERVER_ERROR, reason);
}
