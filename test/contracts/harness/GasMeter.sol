// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Measures what a view costs a contract that calls it.
contract GasMeter {
    function measure(address target, bytes calldata data) external view returns (uint256 gasUsed, bytes memory answer) {
        bool success;
        gasUsed = gasleft();
        (success, answer) = target.staticcall(data);
        gasUsed -= gasleft();

        require(success, "the call reverts");
    }
}
