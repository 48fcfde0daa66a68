// The deposit data file as the staking launchpad and its tools read it:
// https://github.com/ethstaker/ethstaker-deposit-cli/blob/main/ethstaker_deposit/credentials.py
import type { Hex } from "viem";
import { z } from "zod";

import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import type { Network } from "../chain/networks.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { depositDataRoot, depositMessageRoot, isSignatureValidByHerumi } from "./deposit-data.ts";

/** Some tools refuse files of older versions. */
export const DEFAULT_CLI_VERSION = "2.7.0";

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `is not hex of ${bytes} bytes`);
const entry = z.object({
  pubkey: hex(48),
  withdrawal_credentials: hex(32),
  amount: z.int().positive(),
  signature: hex(96),
  deposit_message_root: hex(32),
  deposit_data_root: hex(32),
  fork_version: hex(4),
  network_name: z.string(),
  deposit_cli_version: z.string(),
});
const schema = z.array(entry).min(1);

/** The text of a deposit data file. */
export function encodeDepositFile(
  deposits: readonly SignedDeposit[],
  network: Network,
  cliVersion = DEFAULT_CLI_VERSION,
): string {
  const entries = deposits.map(
    (deposit): z.output<typeof entry> => ({
      pubkey: bare(deposit.pubkey),
      withdrawal_credentials: bare(deposit.withdrawalCredentials),
      amount: Number(deposit.amountGwei),
      signature: bare(deposit.signature),
      deposit_message_root: bare(depositMessageRoot(deposit)),
      deposit_data_root: bare(depositDataRoot(deposit)),
      fork_version: bare(network.genesisForkVersion),
      network_name: network.name,
      deposit_cli_version: cliVersion,
    }),
  );
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

/**
 * Reads a deposit data file and checks all of it: shape, network, duplicates, credentials, amount, both roots and every
 * signature. What comes back would be taken by the beacon chain.
 */
export function parseDepositFile(
  text: string,
  want: { network: Network; withdrawalCredentials: Hex; amountGwei: bigint },
): SignedDeposit[] {
  const entries = decode(text);
  const known = new Set<string>();
  return entries.map((item, position) => {
    const deposit: SignedDeposit = {
      pubkey: `0x${item.pubkey}`,
      withdrawalCredentials: `0x${item.withdrawal_credentials}`,
      amountGwei: BigInt(item.amount),
      signature: `0x${item.signature}`,
    };
    const refuse = (code: string, problem: string) => {
      throw new EthStakeError(code, `Make the deposit data again: in deposit ${position + 1} ${problem}`, {
        details: { position, pubkey: deposit.pubkey },
      });
    };
    const { network } = want;
    if (item.network_name !== network.name || item.fork_version !== bare(network.genesisForkVersion))
      refuse("WRONG_NETWORK", `the network is ${item.network_name} instead of ${network.name}`);
    if (known.has(item.pubkey)) refuse("KEY_DUPLICATE", "the key is one that came before");
    known.add(item.pubkey);
    if (deposit.withdrawalCredentials !== want.withdrawalCredentials.toLowerCase())
      refuse("CREDENTIALS_FOREIGN", "the withdrawal credentials are not those of the vault");
    if (deposit.amountGwei !== want.amountGwei) refuse("AMOUNT_WRONG", `the amount is not ${want.amountGwei} Gwei`);
    const roots = [bare(depositMessageRoot(deposit)), bare(depositDataRoot(deposit))];
    if (roots[0] !== item.deposit_message_root || roots[1] !== item.deposit_data_root)
      refuse("ROOT_MISMATCH", "a root does not belong to the data");
    if (!isSignatureValidByHerumi(deposit, network.genesisForkVersion))
      refuse("SIGNATURE_INVALID", "the signature is not valid");
    return deposit;
  });
}

function decode(text: string): z.output<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EthStakeError("DEPOSIT_FILE_MALFORMED", "Name a deposit data file: this is not JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EthStakeError(
    "DEPOSIT_FILE_MALFORMED",
    `Name a deposit data file: ${issue?.path.join(".") || "the whole"} ${issue?.message ?? ""}`,
  );
}

function bare(text: string): string {
  return text.replace(/^0x/, "").toLowerCase();
}
