// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDepositContract} from "../interfaces/IDepositContract.sol";
import {Ssz} from "../proofs/Ssz.sol";
import {PUBKEY_LENGTH, SIGNATURE_LENGTH} from "../types/DepositTypes.sol";

/// @title Deposits into the deposit contract of the chain
library Deposits {
    /// @notice Deposits for a key that was never deposited for.
    /// @param signature Over this amount and these credentials.
    function first(
        IDepositContract depositContract,
        bytes32 credentials,
        bytes calldata pubkey,
        bytes32 pubkeyRoot,
        bytes calldata signature,
        uint64 amountGwei
    ) internal {
        bytes32 root = Ssz.depositDataRoot(pubkeyRoot, credentials, amountGwei, Ssz.signatureRoot(signature));
        _send(depositContract, credentials, pubkey, signature, root, amountGwei);
    }

    /// @notice Deposits for a validator that exists. It needs no signature: the first deposit has fixed key and credentials.
    function topUp(
        IDepositContract depositContract,
        bytes32 credentials,
        bytes calldata pubkey,
        bytes32 pubkeyRoot,
        uint64 amountGwei
    ) internal {
        // The root of 96 zero bytes: four chunks, two of them for the length of a power of two.
        bytes32 noSignatureRoot = Ssz.hash(Ssz.hash(0, 0), Ssz.hash(0, 0));
        bytes32 root = Ssz.depositDataRoot(pubkeyRoot, credentials, amountGwei, noSignatureRoot);
        _send(depositContract, credentials, pubkey, new bytes(SIGNATURE_LENGTH), root, amountGwei);
    }

    function _send(
        IDepositContract depositContract,
        bytes32 credentials,
        bytes calldata pubkey,
        bytes memory signature,
        bytes32 root,
        uint64 amountGwei
    ) private {
        depositContract.deposit{value: uint256(amountGwei) * 1 gwei}(
            pubkey,
            abi.encodePacked(credentials),
            signature,
            root
        );
    }

    /// @notice The i-th of many public keys.
    function pubkeyAt(bytes calldata pubkeys, uint256 i) internal pure returns (bytes calldata) {
        return pubkeys[i * PUBKEY_LENGTH:(i + 1) * PUBKEY_LENGTH];
    }

    /// @notice The i-th of many signatures.
    function signatureAt(bytes calldata signatures, uint256 i) internal pure returns (bytes calldata) {
        return signatures[i * SIGNATURE_LENGTH:(i + 1) * SIGNATURE_LENGTH];
    }
}
