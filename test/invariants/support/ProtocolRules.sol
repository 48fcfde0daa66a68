// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BondLock, Operator} from "../../../contracts/types/OperatorTypes.sol";
import {ValidatorStatus} from "../../../contracts/types/ValidatorTypes.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {KeyBook} from "./KeyBook.sol";
import {LiveProtocol} from "./LiveProtocol.sol";

/// @title What must hold whatever anybody does, in whatever order
abstract contract ProtocolRules is LiveProtocol {
    uint256 private constant RAY = 1e27;
    uint256 private constant FAULT_BOND_WEI = 1.5 ether;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](6);
        targets[0] = address(staker);
        targets[1] = address(operator);
        targets[2] = address(keeper);
        targets[3] = address(oracle);
        targets[4] = address(chain);
        targets[5] = address(chaos);
    }

    // ---------------------------------------------------------------- INV-01

    function _pooledEtherIsTheSumOfItsParts() internal view {
        vm.assertEq(p.pool.bufferedWei(), ghost.bufferedWei(), "buffered");
        vm.assertEq(p.pool.consensusGwei(), ghost.consensusGwei(), "consensus");
        vm.assertEq(p.pool.depositedGwei(), ghost.depositedGwei(), "deposited");
        vm.assertEq(p.pool.inFlightGwei(), ghost.inFlightGwei(), "in flight");
        uint256 deployedWei = (uint256(p.pool.consensusGwei()) + p.pool.inFlightGwei()) * 1 gwei;
        vm.assertEq(p.pool.totalPooledEther(), p.pool.bufferedWei() + deployedWei, "pooled");
        // `ethPerShare` reads the packed slot, `totalPooledEther` the parts.
        uint256 perShareWei = (1 ether * ghost.pooledWei()) / ghost.totalShares();
        vm.assertEq(p.pool.ethPerShare(), perShareWei, "price of a share");
    }

    function _everyWeiIsWhereItIsBooked() internal view {
        _assertHolds(address(p.pool), ghost.bufferedWei(), "pool");
        _assertHolds(address(p.queue), ghostQueue.lockedWei() + ghostQueue.surplusWei(), "queue");
        uint256 withdrawnWei = beacon.withdrawalReceiptsWei() - ghost.withdrawalsCollectedWei();
        _assertHolds(address(p.withdrawalVault), withdrawnWei, "vault of withdrawals");
        uint256 tipsWei = beacon.executionReceiptsWei() - ghost.executionCollectedWei();
        _assertHolds(address(p.executionRewardsVault), tipsWei, "vault of execution rewards");
        _assertHolds(address(beacon), uint256(ghost.depositedGwei()) * 1 gwei, "deposit contract");
        vm.assertEq(beacon.depositedGwei(), ghost.depositedGwei(), "deposits");
        _assertHolds(address(p.registry), 0, "registry");
        _assertHolds(address(p.manager), 0, "manager");
        _assertHolds(address(p.distribution), 0, "distribution");
        _assertHolds(address(p.token), 0, "token");
    }

    function _assertHolds(address account, uint256 bookedWei, string memory what) private view {
        vm.assertEq(account.balance, bookedWei + ghost.forcedWei(account), what);
    }

    // ---------------------------------------------------------------- INV-02

    function _queueHoldsWhatCanBeClaimed() internal view {
        uint256 claimableWei;
        for (uint256 requestId = 1; requestId <= ghostQueue.count(); ++requestId) {
            (uint256 payoutWei, , uint256 paidTo) = ghostQueue.payout(requestId);
            if (paidTo == ghostQueue.paidTo(requestId)) continue;
            vm.assertEq(p.queue.claimableWei(requestId), payoutWei, "claimable");
            claimableWei += payoutWei;
        }
        vm.assertEq(p.queue.surplusWei(), ghostQueue.surplusWei(), "surplus");
        vm.assertGe(ghostQueue.lockedWei(), claimableWei, "what is set aside covers claims");
        vm.assertGe(address(p.queue).balance, ghostQueue.lockedWei() + p.queue.surplusWei(), "ether covers both");
        vm.assertEq(p.queue.unfinalizedEtherWei(), ghostQueue.unfinalizedWei(), "unfinalised");
    }

    // ---------------------------------------------------------------- INV-03

    function _rateNeverFalls() internal view {
        _assertNothingFound("INV-03");
    }

    // ---------------------------------------------------------------- INV-05

    function _sharesAddUp() internal view {
        uint256 sum;
        address[] memory holders = world.holders();
        for (uint256 i = 0; i < holders.length; ++i) {
            uint256 shares = p.token.balanceOf(holders[i]);
            vm.assertEq(shares, ghost.sharesOf(holders[i]), "shares of a holder");
            sum += shares;
        }
        vm.assertEq(p.queue.queuedShares(), ghostQueue.queuedShares(), "queued shares");
        vm.assertEq(sum + p.queue.queuedShares(), p.pool.totalShares(), "balances + queued = total");
        vm.assertEq(p.token.totalSupply(), sum, "supply");
        vm.assertEq(p.pool.totalShares(), ghost.totalShares(), "total shares");
        vm.assertEq(p.token.balanceOf(address(p.token)), 1 ether, "locked shares");
    }

    // ---------------------------------------------------------------- INV-06

    function _unprovenHoldsOneEtherAndBondCoversIt() internal view {
        _assertNothingFound("INV-06");
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            if (p.manager.getValidator(KeyBook.root(key)).status != ValidatorStatus.Predeposited) continue;
            vm.assertEq(beacon.validator(key).receivedGwei, 1e9, "ether of an unproven validator");
        }
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            // What was burned for other causes went to the stakers: it secures no more, but it has paid.
            uint256 shares = p.registry.getOperator(id).bondShares + oracle.burnedShares(id);
            uint256 rateRay = (ghost.pooledWei() * RAY) / ghost.totalShares();
            // A loss of the whole pool lowers the worth of bonds too; what is checked is that none was let go.
            if (rateRay < keeper.coveredAtRay(id)) rateRay = keeper.coveredAtRay(id);
            uint256 neededWei = p.registry.getOperator(id).unprovenCount * FAULT_BOND_WEI;
            vm.assertGe((shares * rateRay) / RAY + 2, neededWei, "bond of unproven validators");
        }
    }

    // ---------------------------------------------------------------- INV-07, INV-18: what the model of the chain saw

    function _noEtherForLeavingValidators() internal view {
        _assertNothingFound("INV-07");
        _assertNothingFound("INV-18");
        _assertNothingFound("INC-35");
    }

    // ---------------------------------------------------------------- INV-11

    function _noFrameSettlesTwice() internal view {
        _assertNothingFound("INV-11");
    }

    // ---------------------------------------------------------------- INV-12

    function _penaltiesComeOutOfBonds() internal view {
        _assertNothingFound("INV-12");
        uint256 bonds;
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            Operator memory o = p.registry.getOperator(id);
            vm.assertLe(o.lockedShares, o.bondShares, "locked is a part of the bond");
            bonds += o.bondShares;
            if (o.debtShares != 0) vm.assertEq(o.bondShares, 0, "who owes has no bond");
            uint256 paid = oracle.burnedShares(id) + operator.paidDebtShares(id) + o.debtShares;
            vm.assertGe(paid, oracle.namedShares(id), "every named loss is paid or owed");
            vm.assertLe(paid, _chargeableShares(id), "a cause is paid for once");
        }
        vm.assertEq(p.token.balanceOf(address(p.registry)), bonds, "the registry holds the bonds");
    }

    /// @dev All that an operator can be made to pay: its penalties, and what its validators lost.
    function _chargeableShares(uint32 operatorId) private view returns (uint256 shares) {
        uint256 lossWei = uint256(beacon.lossGwei(operatorId)) * 1 gwei;
        shares = (lossWei * RAY) / oracle.lowestRateRay() + 100;
        for (uint256 i = 0; i < p.registry.lockCount(); ++i) {
            BondLock memory lock = p.registry.getLock(i);
            if (lock.operatorId == operatorId) shares += lock.penaltyShares;
        }
    }

    // ---------------------------------------------------------------- INV-14

    function _pausesExpireAndClaimsWork() internal view {
        _assertNothingFound("INV-14");
    }

    function _assertNothingFound(bytes32 rule) private view {
        string memory found = findings.about(rule);
        vm.assertTrue(bytes(found).length == 0, found);
    }

    // ---------------------------------------------------------------- All of them

    function _everything() internal view {
        _pooledEtherIsTheSumOfItsParts();
        _everyWeiIsWhereItIsBooked();
        _queueHoldsWhatCanBeClaimed();
        _rateNeverFalls();
        _sharesAddUp();
        _unprovenHoldsOneEtherAndBondCoversIt();
        _noEtherForLeavingValidators();
        _noFrameSettlesTwice();
        _penaltiesComeOutOfBonds();
        _pausesExpireAndClaimsWork();
    }
}
