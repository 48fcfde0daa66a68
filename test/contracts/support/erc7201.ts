import { encodeAbiParameters, hexToBigInt, keccak256, stringToBytes } from "viem";

/** Where a storage namespace begins: https://eips.ethereum.org/EIPS/eip-7201 */
export function erc7201(name: string): bigint {
  const inner = hexToBigInt(keccak256(stringToBytes(name))) - 1n;
  return hexToBigInt(keccak256(encodeAbiParameters([{ type: "uint256" }], [inner]))) & ~0xffn;
}
