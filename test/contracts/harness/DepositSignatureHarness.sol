// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DepositSignature} from "../../../contracts/libraries/DepositSignature.sol";
import {HashToG2} from "../../../contracts/libraries/HashToG2.sol";
import {Precompiles} from "../../../contracts/libraries/Precompiles.sol";
import {BaseField} from "../../../contracts/libraries/BaseField.sol";

/// @dev Makes the internal functions of the signature libraries callable.
contract DepositSignatureHarness {
    function signingRoots(
        bytes calldata pubkeys,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bytes32[] memory) {
        return DepositSignature.signingRoots(pubkeys, withdrawalCredentials, amountGwei, domain);
    }

    function depositDomain(bytes4 genesisForkVersion) external view returns (bytes32) {
        return DepositSignature.depositDomain(genesisForkVersion);
    }

    function reduce(uint256 hi, uint256 lo) external pure returns (uint256, uint256) {
        return BaseField.reduce(hi, lo);
    }

    function isElement(uint256 hi, uint256 lo) external pure returns (bool) {
        return BaseField.isElement(hi, lo);
    }

    function isLarger(uint256 hi, uint256 lo) external pure returns (bool) {
        return BaseField.isLarger(hi, lo);
    }

    /// @dev The points that the messages hash to, one after the other.
    function hashToG2(bytes32[] memory messages) external view returns (bytes memory points) {
        points = new bytes(messages.length * 256);
        uint256 output;
        assembly ("memory-safe") {
            output := add(points, 0x20)
        }
        HashToG2.write(messages, output, 256);
    }
}
