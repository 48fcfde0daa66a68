// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @dev The worst code that an upgrade could bring: it does what anybody asks, as the proxy.
contract HostileImplementation is UUPSUpgradeable {
    /// @notice Calls anything, with the proxy's ether.
    function act(address target, uint256 amountWei, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory answer) = target.call{value: amountWei}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }

    /// @notice The token asks the pool for its supply.
    function totalShares() external pure returns (uint256) {
        return type(uint96).max;
    }

    function _authorizeUpgrade(address) internal override {}
}
