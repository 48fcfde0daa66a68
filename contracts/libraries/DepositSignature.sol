// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ssz} from "../proofs/Ssz.sol";
import {PUBKEY_LENGTH} from "../types/DepositTypes.sol";

/// @title What the signature of a deposit is over
/// @dev https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#deposits
library DepositSignature {
    /// @dev https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#domain-types
    bytes4 private constant DOMAIN_DEPOSIT = 0x03000000;

    /// @notice Signing domain of deposits: they are valid across forks, so it has the genesis fork version and no
    /// genesis validators root.
    function depositDomain(bytes4 genesisForkVersion) internal view returns (bytes32) {
        bytes32 forkDataRoot = Ssz.hash(genesisForkVersion, 0);

        return DOMAIN_DEPOSIT | (forkDataRoot >> 32);
    }

    /// @notice The messages that are signed, one for each public key.
    /// @param pubkeys 48 bytes each, one after the other.
    /// @param amountGwei Amount of each deposit, in Gwei.
    function signingRoots(
        bytes calldata pubkeys,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) internal view returns (bytes32[] memory roots) {
        roots = new bytes32[](pubkeys.length / PUBKEY_LENGTH);
        bytes32 amountNode = Ssz.hash(Ssz.littleEndian(amountGwei), 0);
        for (uint256 i = 0; i < roots.length; ++i) {
            bytes32 pubkeyRoot = Ssz.pubkeyRoot(pubkeys[i * PUBKEY_LENGTH:(i + 1) * PUBKEY_LENGTH]);
            // DepositMessage has three fields: public key and credentials, amount and nothing.
            bytes32 messageRoot = Ssz.hash(Ssz.hash(pubkeyRoot, withdrawalCredentials), amountNode);
            roots[i] = Ssz.hash(messageRoot, domain);
        }
    }
}
