// Writes DepositKeys.sol: real keys with real deposit signatures for the invariant tests.
//
//   npx node test/invariants/support/generate-keys.ts > test/invariants/support/DepositKeys.sol
import { SecretKey } from "@chainsafe/blst";
import { concat, getAddress, hexToBytes, keccak256, pad, slice, stringToHex } from "viem";

import { NETWORKS } from "../../../chain/networks.ts";
import { etherToGwei } from "../../../chain/units.ts";
import { depositDomain, signDeposit, type SignedDeposit } from "../../support/deposit-signing.ts";

const COUNT = 8;
/** This one is signed over another amount, as a careless or wicked operator would. */
const WRONG = 7;
const BYTES_OF_A_LINE = 48;

const { genesisForkVersion } = NETWORKS.devnet;
// The vault is put at this address, so that the signatures do not depend on the order of a deployment.
const vault = slice(keccak256(stringToHex("ethSTAKE invariants: withdrawal vault")), 12);

const keys = Array.from({ length: COUNT }, (_, at) =>
  signDeposit(SecretKey.fromKeygen(hexToBytes(keccak256(stringToHex(`ethSTAKE invariants: key ${at}`)))), {
    withdrawalCredentials: concat(["0x02", pad(vault, { size: 31 })]),
    amountGwei: etherToGwei(at === WRONG ? 32 : 1),
    domain: depositDomain(genesisForkVersion),
  }),
);

process.stdout.write(source());

function source(): string {
  return `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// Written by generate-keys.ts; do not edit.

/// @title Keys and signatures of the model's validators
library DepositKeys {
    /// @dev The credentials in the signatures name this address.
    address internal constant WITHDRAWAL_VAULT = ${getAddress(vault)};
    bytes4 internal constant GENESIS_FORK_VERSION = ${genesisForkVersion};

    uint256 internal constant COUNT = ${COUNT};
    /// @dev The signature of this key is over 32 ETH: the beacon chain would refuse its first deposit.
    uint256 internal constant WRONGLY_SIGNED = ${WRONG};

    /// @notice Public key (48 bytes), signature (96 bytes), and the hint, ABI-encoded (192 bytes).
    function packed(uint256 i) internal pure returns (bytes memory) {
${keys.map((key, at) => `        if (i == ${at})\n            return\n${literal(key)};`).join("\n")}
        revert("no such key");
    }
}
`;
}

function literal({ pubkey, signature, hint }: SignedDeposit): string {
  const { pubkeyY, signatureY0, signatureY1 } = hint;
  const words = [pubkeyY, signatureY0, signatureY1].flatMap(({ hi, lo }) => [hi, lo]);
  const all = concat([pubkey, signature, ...words]).slice(2);
  const lines = all.match(new RegExp(`.{1,${2 * BYTES_OF_A_LINE}}`, "g")) ?? [];
  return lines.map((line: string) => `                hex"${line}"`).join("\n");
}
