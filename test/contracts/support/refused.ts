import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import type { Abi, Address } from "viem";

/** A contract whose errors are told by name. */
type Refusing = { abi: Abi; address: Address };

/** Expects a custom error, by a name that the compiler need not know. */
export function createRefused(viem: Pick<HardhatViemHelpers<"l1">, "assertions">) {
  return (sent: Promise<unknown>, contract: Refusing, error: string): Promise<void> =>
    viem.assertions.revertWithCustomError(sent, contract, error);
}
