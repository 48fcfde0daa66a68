import { zeroAddress, type AbiFunction, type AbiParameter } from "viem";

/** Arguments of the right types that mean nothing, to ask only who may call; those that are named have a value. */
export function emptyArguments({ inputs }: AbiFunction, named: Readonly<Record<string, unknown>> = {}): unknown[] {
  return inputs.map((input) => named[input.name ?? ""] ?? emptyValue(input));
}

function emptyValue(parameter: AbiParameter): unknown {
  const { type } = parameter;
  if (type.endsWith("[]")) return [];
  if (type === "address") return zeroAddress;
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type === "bytes") return "0x";
  if (type.startsWith("bytes")) return `0x${"00".repeat(Number(type.slice("bytes".length)))}`;
  if (type === "tuple" && "components" in parameter)
    return Object.fromEntries(parameter.components.map((part) => [part.name ?? "", emptyValue(part)]));
  return 0n;
}
