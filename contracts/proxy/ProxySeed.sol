// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @title ProxySeed
/// @notice First implementation of every proxy. The contracts of the protocol hold each other's addresses as immutables,
/// so all proxies must stand before any implementation can be built. A seed can do nothing but be replaced, once, by its
/// deployer, in the same call that initialises the real contract: nobody else can come in between.
contract ProxySeed is UUPSUpgradeable {
    /// @notice Who may replace the seed.
    address public immutable DEPLOYER;

    /// @notice The caller is not the deployer.
    error NotDeployer(address caller);

    constructor() {
        DEPLOYER = msg.sender;
    }

    /// @notice Does nothing; a proxy wants a first call.
    function reserve() external pure {}

    function _authorizeUpgrade(address) internal view override {
        require(msg.sender == DEPLOYER, NotDeployer(msg.sender));
    }
}
