import { isAddress, type Hex } from "viem";
import { z } from "zod";

import { NETWORKS, networkByName, type AnyNetwork } from "../chain/networks.ts";
import { decodeJson } from "../runtime/decode-json.ts";
import { EthStakeError } from "../runtime/errors.ts";

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^(0x)?[0-9a-fA-F]{${2 * bytes}}$`), `is not hex of ${bytes} bytes`)
    .transform((text): Hex => `0x${text.replace(/^0x/, "").toLowerCase()}`);

// The names are those of `--devnet_chain_setting` of the usual deposit tool; what is missing is as on mainnet.
const schema = z.strictObject({
  network_name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, "has other than small letters, digits, - and _"),
  genesis_fork_version: hex(4),
  exit_fork_version: hex(4),
  genesis_validator_root: hex(32).optional(),
  deposit_chain_id: z.int().positive().default(NETWORKS.mainnet.chainId),
  deposit_contract_address: z
    .custom<`0x${string}`>((value) => typeof value === "string" && isAddress(value), "is not an address")
    .default(NETWORKS.mainnet.depositContract),
  seconds_per_slot: z.int().positive().default(NETWORKS.mainnet.secondsPerSlot),
  slots_per_epoch: z.int().positive().default(NETWORKS.mainnet.slotsPerEpoch),
  preset: z.enum(["mainnet", "minimal"]).default("mainnet"),
});

/** A network of one's own, from the text of its file. A known name must have the constants of that network. */
export function parseNetworkFile(text: string, source: string): AnyNetwork {
  const data = decodeJson(
    schema,
    text,
    (problem) => new EthStakeError("NETWORK_FILE_MALFORMED", `Correct ${source}: ${problem}`),
  );
  const known = Object.values(NETWORKS).find(({ name }) => name === data.network_name);
  if (known !== undefined) {
    if (known.genesisForkVersion === data.genesis_fork_version && known.capellaForkVersion === data.exit_fork_version)
      return networkByName(known.name);
    throw new EthStakeError("WRONG_NETWORK", `Correct ${source}: ${known.name} has other fork versions than it says`);
  }
  return {
    name: data.network_name,
    chainId: data.deposit_chain_id,
    genesisForkVersion: data.genesis_fork_version,
    capellaForkVersion: data.exit_fork_version,
    genesisValidatorsRoot: data.genesis_validator_root,
    depositContract: data.deposit_contract_address,
    secondsPerSlot: data.seconds_per_slot,
    slotsPerEpoch: data.slots_per_epoch,
    preset: data.preset,
  };
}
