import type { GenesisState } from "@ethereumjs/common";
import { getGenesis } from "@ethereumjs/genesis";
import { EthStakeError } from "../../runtime/errors.ts";
import { BLOCK_GAS_LIMIT, CHAIN_ID, DEPOSIT_CONTRACT } from "../chain-constants.ts";

const HOODI_CHAIN_ID = 560048;

/** Contracts that the protocol itself calls or reads. */
const SYSTEM_CONTRACTS = [
  DEPOSIT_CONTRACT,
  "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02", // beacon roots, EIP-4788
  "0x0000F90827F1C53a10cb7A02335B175320002935", // block hashes, EIP-2935
  "0x00000961Ef480Eb55e80D19ad83579A64c007002", // withdrawal requests, EIP-7002
  "0x0000BBdDc7CE488642fb579F8B00f3a590007251", // consolidation requests, EIP-7251
];

interface GenesisAccount {
  balance: string;
  nonce?: string;
  code?: string;
  storage?: Record<string, string>;
}

/** A genesis in geth's format, the one that EthereumJS reads. */
export interface ExecutionGenesis {
  config: Record<string, unknown>;
  alloc: Record<string, GenesisAccount>;
  [field: string]: unknown;
}

/**
 * Prague rules from block 0, with the real deposit contract and system contracts: their code and storage are
 * taken from the genesis of Hoodi, which EthereumJS carries. `balances` are the funded accounts, in wei.
 */
export function buildExecutionGenesis(balances: ReadonlyMap<string, bigint>): ExecutionGenesis {
  const alloc: Record<string, GenesisAccount> = {};
  const hoodi = getGenesis(HOODI_CHAIN_ID);
  for (const address of SYSTEM_CONTRACTS) alloc[address.toLowerCase()] = systemContract(hoodi, address.toLowerCase());
  for (const [address, balanceWei] of balances) {
    alloc[address.toLowerCase()] = { balance: `0x${balanceWei.toString(16)}` };
  }
  return {
    config: {
      chainId: CHAIN_ID,
      homesteadBlock: 0,
      eip150Block: 0,
      eip155Block: 0,
      eip158Block: 0,
      byzantiumBlock: 0,
      constantinopleBlock: 0,
      petersburgBlock: 0,
      istanbulBlock: 0,
      berlinBlock: 0,
      londonBlock: 0,
      mergeForkBlock: 0,
      mergeNetsplitBlock: 0,
      terminalTotalDifficulty: 0,
      terminalTotalDifficultyPassed: true,
      shanghaiTime: 0,
      cancunTime: 0,
      pragueTime: 0,
      depositContractAddress: DEPOSIT_CONTRACT,
    },
    // Block 0 is older than every beacon slot; its age matters to nobody.
    timestamp: "0x0",
    nonce: "0x0",
    extraData: "0x",
    gasLimit: `0x${BLOCK_GAS_LIMIT.toString(16)}`,
    difficulty: "0x0",
    mixHash: `0x${"00".repeat(32)}`,
    coinbase: `0x${"00".repeat(20)}`,
    baseFeePerGas: "0x3b9aca00",
    excessBlobGas: "0x0",
    blobGasUsed: "0x0",
    alloc,
  };
}

function systemContract(genesis: GenesisState | undefined, address: string): GenesisAccount {
  const account = genesis?.[address as `0x${string}`];
  if (!Array.isArray(account)) {
    throw new EthStakeError(
      "DEVNET_NO_SYSTEM_CONTRACT",
      `@ethereumjs/genesis lacks ${address}: install its pinned version`,
    );
  }
  const [balance, code, storage, nonce] = account;
  return {
    balance: balance ?? "0x0",
    nonce: nonce ?? "0x1",
    code: code ?? "0x",
    storage: Object.fromEntries(storage ?? []),
  };
}
