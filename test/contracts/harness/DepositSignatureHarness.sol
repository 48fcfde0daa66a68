// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DepositSignature} from "../../../contracts/libraries/DepositSignature.sol";
import {SignatureHint} from "../../../contracts/types/DepositTypes.sol";

/// @dev Makes the internal functions callable, and measures what a verification costs.
contract DepositSignatureHarness {
    function verify(
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bool valid, uint256 gasUsed) {
        gasUsed = gasleft();
        valid = DepositSignature.verify(pubkey, signature, hint, withdrawalCredentials, amountGwei, domain);
        gasUsed -= gasleft();
    }

    function signingRoot(
        bytes calldata pubkey,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bytes32) {
        return DepositSignature.signingRoot(pubkey, withdrawalCredentials, amountGwei, domain);
    }

    function depositDomain(bytes4 genesisForkVersion) external view returns (bytes32) {
        return DepositSignature.depositDomain(genesisForkVersion);
    }
}
