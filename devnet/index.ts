// A whole Ethereum network on one machine: see docs/devnet.md.
export { DEVNET_MNEMONIC, FUNDED_ACCOUNT_COUNT, FUNDED_BALANCE_WEI, fundedAccount, privateKeyOf } from "./accounts.ts";
export {
  CHAIN_ID,
  DEPOSIT_CONTRACT,
  GENESIS_FEE_RECIPIENT,
  SLOTS_PER_EPOCH,
  VIRTUAL_GENESIS_TIME,
} from "./chain-constants.ts";
export { connectDevnet } from "./connect.ts";
export type { ChainPosition, DevnetStatus } from "./control/protocol.ts";
export type { AdvanceOptions, AdvanceResult, Devnet, DevnetOptions, ValidatorKeyOptions } from "./devnet.ts";
export { startDevnet } from "./start.ts";
