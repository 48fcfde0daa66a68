// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {IEthStake} from "../../../contracts/interfaces/IEthStake.sol";
import {IOperatorRegistry} from "../../../contracts/interfaces/IOperatorRegistry.sol";
import {IOracleCommittee} from "../../../contracts/interfaces/IOracleCommittee.sol";
import {IRewardDistribution} from "../../../contracts/interfaces/IRewardDistribution.sol";
import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {IValidatorManager} from "../../../contracts/interfaces/IValidatorManager.sol";
import {IVault, IWithdrawalVault} from "../../../contracts/interfaces/IVaults.sol";
import {IWithdrawalQueue} from "../../../contracts/interfaces/IWithdrawalQueue.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title People who call what is for others, with whatever arguments
/// @notice What is refused by name, and to whom, is the matter of test/contracts/entry-points; here it is tried in every
/// state that a campaign comes to.
contract IntruderHandler is Handler {
    struct Door {
        address target;
        bytes4 selector;
    }

    Door[] private _doors;

    constructor(World world) Handler(world) {
        _open(address(p.token), IEthStake.mint.selector);
        _open(address(p.token), IEthStake.burnFrom.selector);
        _openPool(address(p.pool));
        _openQueue(address(p.queue));
        _openRegistry(address(p.registry));
        _openManager(address(p.manager));
        _openDistribution(address(p.distribution));
        _open(address(p.committee), IOracleCommittee.vote.selector);
        _open(address(p.committee), IOracleCommittee.suspend.selector);
        _open(address(p.committee), IOracleCommittee.reinstate.selector);
        _open(address(p.executionRewardsVault), IVault.collect.selector);
        _open(address(p.withdrawalVault), IVault.collect.selector);
        _open(address(p.withdrawalVault), IWithdrawalVault.requestWithdrawal.selector);
        _open(address(p.withdrawalVault), IWithdrawalVault.requestConsolidation.selector);
    }

    /// @dev Seven words after the selector. Those of lists and structs point to their own beginning: an empty list.
    function intrude(uint256 door, uint256 who, uint256 word, bool lists) external userCall treasureStays {
        Door memory d = _doors[door % _doors.length];
        uint256 first = lists ? 0 : _bound(word, 1, 4);
        bytes memory data = abi.encodeWithSelector(d.selector, first, word % 3, word % 2, 0, word % 2, 0, 0);

        (bool ok, ) = _as(_somebody(who), d.target, data);
        if (ok) FINDINGS.add("INV-13", "somebody did what only others may");
    }

    function _somebody(uint256 who) private view returns (address) {
        if (who % 4 == 0) return WORLD.operatorOwner(uint32(who % 3));
        if (who % 4 == 1) return address(WORLD.payee());
        return WORLD.staker(who);
    }

    // ---------------------------------------------------------------- Doors

    function _open(address target, bytes4 selector) private {
        _doors.push(Door(target, selector));
    }

    function _openPool(address pool) private {
        _open(pool, IStakingPool.stakeBond.selector);
        _open(pool, IStakingPool.takeForDeposits.selector);
        _open(pool, IStakingPool.receiveEther.selector);
        _open(pool, IStakingPool.slashOperator.selector);
        _open(pool, IStakingPool.burnCover.selector);
        _open(pool, IStakingPool.distributeRewards.selector);
        _open(pool, IStakingPool.finalizeStale.selector);
        _open(pool, IStakingPool.holdForReview.selector);
        _open(pool, IStakingPool.onTransferReceived.selector);
        _open(pool, IStakingPool.pause.selector);
        _open(pool, IStakingPool.unpause.selector);
        _open(pool, IStakingPool.setLimits.selector);
        _open(pool, IStakingPool.setStakeCapSchedule.selector);
        _open(pool, UUPSUpgradeable.upgradeToAndCall.selector);
    }

    function _openQueue(address queue) private {
        _open(queue, IWithdrawalQueue.request.selector);
        _open(queue, IWithdrawalQueue.finalize.selector);
        _open(queue, IWithdrawalQueue.receiveEther.selector);
        _open(queue, IWithdrawalQueue.sweepSurplus.selector);
        _open(queue, IWithdrawalQueue.setParameters.selector);
        _open(queue, UUPSUpgradeable.upgradeToAndCall.selector);
    }

    function _openRegistry(address registry) private {
        _open(registry, IOperatorRegistry.payDebt.selector);
        _open(registry, IOperatorRegistry.revealKeys.selector);
        _open(registry, IOperatorRegistry.addUnproven.selector);
        _open(registry, IOperatorRegistry.markProven.selector);
        _open(registry, IOperatorRegistry.markFaulty.selector);
        _open(registry, IOperatorRegistry.markSlashed.selector);
        _open(registry, IOperatorRegistry.addFunded.selector);
        _open(registry, IOperatorRegistry.subtractFunded.selector);
        _open(registry, IOperatorRegistry.reportDowntime.selector);
        _open(registry, IOperatorRegistry.reportTheft.selector);
        _open(registry, IOperatorRegistry.takeMaturedLocks.selector);
        _open(registry, IOperatorRegistry.drawLoss.selector);
        _open(registry, IOperatorRegistry.emergencySlash.selector);
        _open(registry, IOperatorRegistry.resumeOperator.selector);
        _open(registry, IOperatorRegistry.releaseLock.selector);
        _open(registry, IOperatorRegistry.setParameters.selector);
        _open(registry, UUPSUpgradeable.upgradeToAndCall.selector);
    }

    function _openManager(address manager) private {
        _open(manager, IValidatorManager.sendExit.selector);
        _open(manager, IValidatorManager.sendPartialWithdrawal.selector);
        _open(manager, IValidatorManager.sendConsolidation.selector);
        _open(manager, IValidatorManager.takeConsolidationBack.selector);
        _open(manager, IValidatorManager.settleExits.selector);
        _open(manager, IValidatorManager.setParameters.selector);
        _open(manager, UUPSUpgradeable.upgradeToAndCall.selector);
    }

    function _openDistribution(address distribution) private {
        _open(distribution, IRewardDistribution.confirmReport.selector);
        _open(distribution, IRewardDistribution.dropReport.selector);
        _open(distribution, IRewardDistribution.noteLock.selector);
        _open(distribution, IRewardDistribution.setCommittee.selector);
        _open(distribution, IRewardDistribution.setParameters.selector);
        _open(distribution, UUPSUpgradeable.upgradeToAndCall.selector);
    }
}
