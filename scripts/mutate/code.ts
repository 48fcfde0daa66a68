import solc from "solc";

import { closureOf, type Sources } from "../solidity/sources.ts";

/** A contract by its file and name. */
export type ContractName = { file: string; name: string };
export type Code = { bytecode: string; deployedBytecode: string };
/** What the compiler makes of a contract: code, or what is wrong. */
export type Compiled = { code: Code } | { error: string };

// Without optimisation: code that is made in a third of the time and does the same. Where a function has too many
// variables for that, the settings of a deployment.
const QUICK = { viaIR: true, optimizer: { enabled: false } };
const DEPLOYED = { viaIR: true, optimizer: { enabled: true, runs: 200 } };

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { evm: { bytecode: Part; deployedBytecode: Part } }>>;
};
type Part = { object: string };

/** Makes the code of one contract and of nothing else. */
export function codeOf(all: Sources, contract: ContractName): Compiled {
  const sources = closureOf(all, contract.file);
  const quick = compileWith(sources, contract, QUICK);
  return "error" in quick && /stack too deep/i.test(quick.error) ? compileWith(sources, contract, DEPLOYED) : quick;
}

function compileWith(sources: Sources, { file, name }: ContractName, settings: object): Compiled {
  const parts = ["evm.bytecode.object", "evm.deployedBytecode.object"];
  const outputSelection = { [file]: { [name]: parts } };
  // Without its hash of the sources the same code is the same.
  const same = { evmVersion: "prague", metadata: { appendCBOR: false } };
  const input = { language: "Solidity", sources, settings: { ...same, ...settings, outputSelection } };
  const output: Output = JSON.parse(solc.compile(JSON.stringify(input)));
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) return { error: error.formattedMessage };
  const evm = output.contracts?.[file]?.[name]?.evm;
  if (evm === undefined) return { error: `The compiler made no code of ${file}:${name}` };
  return { code: { bytecode: `0x${evm.bytecode.object}`, deployedBytecode: `0x${evm.deployedBytecode.object}` } };
}
