// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {QuietHandler} from "./handlers/QuietHandler.sol";
import {LiveProtocol} from "./support/LiveProtocol.sol";

/// @title The same protocol on days without rewards and losses: nobody comes out with more than they put in
contract NoRewardsInvariantsTest is LiveProtocol {
    QuietHandler private _quiet;
    /// @dev What people owned when the quiet days began, in wei.
    mapping(address staker => uint256) private _openingWei;
    uint256 private _openingDustWei;

    function setUp() public override {
        super.setUp();
        _quiet = new QuietHandler(world, oracle);
        _openingDustWei = ghost.dustWei();
        for (uint256 i = 0; i < world.STAKERS(); ++i) {
            address who = world.staker(i);
            // What they put in before the first reward is not what it is worth now.
            _openingWei[who] = staker.holdingsWei(who) - staker.putInWei(who);
        }
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](3);
        targets[0] = address(staker);
        targets[1] = address(keeper);
        targets[2] = address(_quiet);
    }

    function invariant_INV04_nobodyGainsByARoundTrip() public view {
        // Each stake leaves its dust to all holders, and each worth that is handed on was rounded down.
        uint256 toleranceWei = ghost.dustWei() - _openingDustWei + staker.roundings();
        for (uint256 i = 0; i < world.STAKERS(); ++i) {
            address who = world.staker(i);
            uint256 putInWei = _openingWei[who] + staker.putInWei(who);
            vm.assertLe(staker.gotOutWei(who) + staker.holdingsWei(who), putInWei + toleranceWei, "gained for nothing");
        }
    }

    function invariant_INV03_rateMovesByDustAlone() public view {
        vm.assertTrue(bytes(findings.about("INV-03")).length == 0, findings.about("INV-03"));
        vm.assertEq(oracle.burnedShares(1) + oracle.burnedShares(2), 0, "a quiet day burns nothing");
        vm.assertEq(p.pool.totalShares(), ghost.totalShares(), "total shares");
        vm.assertEq(p.pool.totalPooledEther(), ghost.pooledWei(), "pooled");
    }
}
