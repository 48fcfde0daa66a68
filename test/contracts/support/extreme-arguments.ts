import type { AbiFunction, AbiParameter } from "viem";

/** An address that nobody has. */
const SOMEBODY = "0x00000000000000000000000000000000DeaDBeef";

/** Every way to call a function with the least or the most that its types allow, and with one extreme at a time. */
export function extremeArguments({ inputs }: AbiFunction, usual: readonly unknown[]): unknown[][] {
  const all = [inputs.map((input) => extreme(input, false)), inputs.map((input) => extreme(input, true))];
  const single = inputs.flatMap((input, at) =>
    singleExtremes(input, usual[at]).map((value) => usual.map((other, i) => (i === at ? value : other))),
  );
  return [...all, ...single];
}

/** The usual value with one number of it, or all of it, at an extreme. */
function singleExtremes(parameter: AbiParameter, usual: unknown): unknown[] {
  if (parameter.type !== "tuple" || !("components" in parameter) || typeof usual !== "object" || usual === null)
    return [extreme(parameter, false), extreme(parameter, true)];
  return parameter.components.flatMap((part) =>
    [false, true].map((most) => ({ ...usual, [part.name ?? ""]: extreme(part, most) })),
  );
}

function extreme(parameter: AbiParameter, most: boolean): unknown {
  const { type } = parameter;
  if (type === "address") return most ? SOMEBODY : "0x0000000000000000000000000000000000000000";
  if (type === "bool") return most;
  if (type === "string") return most ? "x".repeat(100) : "";
  if (type === "bytes") return "0x";
  if (type.endsWith("[]")) return most ? [extreme({ ...parameter, type: type.slice(0, -2) }, true)] : [];
  if (type === "tuple" && "components" in parameter)
    return Object.fromEntries(parameter.components.map((part) => [part.name ?? "", extreme(part, most)]));
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits !== undefined) return numberOf(Number(bits), most ? 2n ** BigInt(bits) - 1n : 0n);
  throw new TypeError(`Say what the extremes of ${type} are`);
}

/** Small numbers are numbers in an ABI. */
function numberOf(bits: number, value: bigint): number | bigint {
  return bits <= 48 ? Number(value) : value;
}
