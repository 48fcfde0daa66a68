// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Beacon block roots that the execution chain itself knows
/// @dev https://eips.ethereum.org/EIPS/eip-4788
library BeaconRoots {
    address internal constant BEACON_ROOTS = 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02;

    /// @dev Size of its ring: an entry lives until a block has the same timestamp modulo this. With slots of 12 s that is
    /// 8191 * 12 s, about 27 h.
    uint256 internal constant HISTORY_LENGTH = 8191;

    /// @dev Far above what an answer costs (two cold storage reads, 4200 gas at present).
    uint256 private constant ENOUGH_GAS = 30_000;

    /// @notice There is too little gas to tell an unknown timestamp from a call that ran dry.
    error NotEnoughGas(uint256 got, uint256 want);

    /// @notice The root of the *parent* beacon block of the execution block with this timestamp.
    /// @param timestamp Timestamp of the execution block, in seconds.
    /// @return root The root; zero when there is no such block or it is too old.
    function tryGet(uint64 timestamp) internal view returns (bytes32 root) {
        // The contract reverts for a timestamp that it does not hold, and so does a call without gas. Absence may be
        // taken as a fact by the caller, so it must not be possible to feign it.
        require(gasleft() >= ENOUGH_GAS, NotEnoughGas(gasleft(), ENOUGH_GAS));

        (bool success, bytes memory answer) = BEACON_ROOTS.staticcall(abi.encode(timestamp));

        if (success && answer.length == 32) root = abi.decode(answer, (bytes32));
    }
}
