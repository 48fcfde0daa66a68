import { artifacts } from "hardhat";
import { toFunctionSignature, type Abi, type AbiFunction } from "viem";

/** The functions of an ABI. */
export function functionsOf(abi: Abi): AbiFunction[] {
  return abi.filter((item): item is AbiFunction => item.type === "function");
}

/** Whether a function changes nothing. */
export function isRead({ stateMutability }: AbiFunction): boolean {
  return stateMutability === "view" || stateMutability === "pure";
}

/** The function with this signature. */
export function functionWith(abi: Abi, signature: string): AbiFunction {
  const found = functionsOf(abi).find((item) => toFunctionSignature(item) === signature);
  if (found === undefined) throw new Error(`There is no ${signature}`);
  return found;
}

/** ABI of a contract as it was compiled. */
export async function abiOf(contract: string): Promise<Abi> {
  return (await artifacts.readArtifact(contract)).abi;
}

/** Every contract and library of contracts/ that has code and a function that anybody can reach from outside. */
export async function reachableContracts(): Promise<string[]> {
  const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) => name.startsWith("contracts/"));
  const found = await Promise.all(names.map((name) => artifacts.readArtifact(name)));
  return found
    .filter(({ abi, bytecode }) => bytecode !== "0x" && functionsOf(abi).length > 0)
    .map((a) => a.contractName);
}
