// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconModel} from "../support/BeaconModel.sol";
import {Protocol} from "../support/Deployment.sol";
import {Findings} from "../support/Findings.sol";
import {GhostPool} from "../support/GhostPool.sol";
import {GhostQueue} from "../support/GhostQueue.sol";
import {TestBase} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title What all handlers have
/// @notice A handler says beforehand whether the contracts must allow a call. A call that is refused or allowed against
/// that is a failure by itself.
abstract contract Handler is TestBase {
    World internal immutable WORLD;
    Findings internal immutable FINDINGS;
    BeaconModel internal immutable BEACON;
    GhostPool internal immutable GHOST;
    GhostQueue internal immutable QUEUE;
    Protocol internal p;

    constructor(World world) {
        WORLD = world;
        FINDINGS = world.FINDINGS();
        BEACON = world.BEACON();
        GHOST = world.GHOST();
        QUEUE = GHOST.QUEUE();
        p = world.protocol();
    }

    /// @dev For calls that anyone may make: the rate must not fall, not even by rounding.
    modifier userCall() {
        (uint256 pooledWei, uint256 shares) = (p.pool.totalPooledEther(), p.pool.totalShares());
        _;
        if (p.pool.totalPooledEther() * shares < pooledWei * p.pool.totalShares()) {
            FINDINGS.add("INV-03", "a call that anyone may make lowered the rate");
        }
    }

    /// @dev For what roles do, and for what is refused: no ether and no share moves.
    modifier treasureStays() {
        bytes32 before = _treasure();
        _;
        if (_treasure() != before) FINDINGS.add("INV-20", "a role moved ether or shares at once");
    }

    function _treasure() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    address(p.pool).balance,
                    address(p.queue).balance,
                    address(p.withdrawalVault).balance,
                    address(p.executionRewardsVault).balance,
                    p.pool.totalPooledEther(),
                    p.pool.totalShares(),
                    p.token.balanceOf(address(p.registry)),
                    p.token.balanceOf(address(p.distribution)),
                    p.token.balanceOf(p.coverFund)
                )
            );
    }

    /// @dev Calls as somebody.
    function _as(address sender, address target, bytes memory data) internal returns (bool ok, bytes memory answer) {
        return _pay(sender, target, 0, data);
    }

    /// @dev Calls as somebody, with ether that they are given for it.
    function _pay(
        address sender,
        address target,
        uint256 valueWei,
        bytes memory data
    ) internal returns (bool ok, bytes memory answer) {
        if (valueWei != 0) _force(sender, valueWei);
        vm.prank(sender);
        (ok, answer) = target.call{value: valueWei}(data);
    }

    /// @dev The contracts must have allowed a call exactly when the model does.
    function _requireAs(bool want, bool ok, bytes memory answer, string memory what) internal pure {
        if (ok == want) return;
        if (want) {
            // Let the reason of the refusal be seen.
            assembly ("memory-safe") {
                if mload(answer) {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
        revert(string.concat(what, want ? " was refused without a reason" : " was allowed"));
    }

    function _paused(uint8 flag) internal view returns (bool) {
        return block.timestamp < p.pool.pausedUntil(flag);
    }
}
