import type { AbiParameter } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";

/**
 * Arguments out of JSON as viem wants them: whole numbers may be JSON numbers or decimal strings, tuples objects with the
 * names of their parts.
 */
export function argumentsOf(inputs: readonly AbiParameter[], json: unknown): unknown[] {
  if (!Array.isArray(json) || json.length !== inputs.length)
    throw usage(`a JSON list of ${inputs.length} arguments is expected`);
  return inputs.map((input, i) => valueOf(input, json[i] as unknown));
}

/** The members of a tuple with some of them replaced; numbers may be decimal strings. */
export function changedTuple(
  parameter: AbiParameter,
  now: Readonly<Record<string, unknown>>,
  changes: readonly (readonly [string, string])[],
): Record<string, unknown> {
  const components = componentsOf(parameter);
  const changed = { ...now };
  for (const [name, text] of changes) {
    const component = components.find((one) => one.name === name);
    if (component === undefined)
      throw usage(`--set ${name} is none of ${components.map((one) => one.name ?? "").join(", ")}`);
    changed[name] = valueOf(component, text);
  }
  return changed;
}

function valueOf(parameter: AbiParameter, value: unknown): unknown {
  const { type, name = "" } = parameter;
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) throw usage(`${name} is a list`);
    return value.map((one: unknown) => valueOf({ ...parameter, type: type.slice(0, -2) }, one));
  }
  if (type === "tuple") return tupleOf(parameter, value);
  if (/^u?int/.test(type)) return wholeNumber(name, type, value);
  if (type === "bool" && typeof value === "string") return value === "true";
  return value;
}

function tupleOf(parameter: AbiParameter, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usage(`${parameter.name ?? "the argument"} is an object with names`);
  const given = value as Record<string, unknown>;
  const entries = componentsOf(parameter).map((one) => [one.name ?? "", valueOf(one, given[one.name ?? ""])] as const);
  return Object.fromEntries(entries);
}

/** viem wants a number up to 48 bits, and a bigint above. */
function wholeNumber(name: string, type: string, value: unknown): number | bigint {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || !/^-?\d+$/.test(text)) throw usage(`${name || type} is a whole number`);
  const bits = Number(type.replace(/^u?int/, "") || "256");
  return bits <= 48 ? Number(text) : BigInt(text);
}

function componentsOf(parameter: AbiParameter): readonly AbiParameter[] {
  return "components" in parameter ? parameter.components : [];
}

function usage(message: string): EthStakeError {
  return new EthStakeError("USAGE", `Correct the arguments: ${message}`);
}
