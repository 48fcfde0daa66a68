// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BondLock, Operator} from "../../../contracts/types/OperatorTypes.sol";
import {QueueCheckpoint, WithdrawalRequest} from "../../../contracts/types/QueueTypes.sol";
import {ValidatorStatus} from "../../../contracts/types/ValidatorTypes.sol";
import {ModelValidator} from "./BeaconModel.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {GhostStretch} from "./GhostQueue.sol";
import {KeyBook} from "./KeyBook.sol";
import {LiveProtocol} from "./LiveProtocol.sol";

/// @title What must hold whatever anybody does, in whatever order
abstract contract ProtocolRules is LiveProtocol {
    uint256 private constant RAY = 1e27;
    uint256 private constant FAULT_BOND_WEI = 1.5 ether;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](9);
        targets[0] = address(staker);
        targets[1] = address(operator);
        targets[2] = address(keeper);
        targets[3] = address(oracle);
        targets[4] = address(chain);
        targets[5] = address(chaos);
        targets[6] = address(consolidations);
        targets[7] = address(intruder);
        targets[8] = address(admin);
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

    /// @dev Whatever has not come back is booked, and so needs bond: also what moves from one validator to another.
    function _fundedEtherIsBooked() internal view {
        uint64 sumGwei;
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            uint64 fundedGwei = p.registry.getOperator(id).fundedGwei;
            vm.assertGe(fundedGwei, _workingGwei(id), "ether of an operator's validators");
            sumGwei += fundedGwei;
            bytes4 pair = p.registry.getOperator(id).clientPair;
            (uint64 executionGwei, uint64 consensusGwei) = p.registry.clientFundedGwei(pair);
            vm.assertEq(executionGwei, _gweiOnClient(pair, 0), "ether on an execution client");
            vm.assertEq(consensusGwei, _gweiOnClient(pair, 16), "ether on a consensus client");
        }
        vm.assertEq(p.registry.fundedGwei(), sumGwei, "ether of all operators");
    }

    /// @dev What the pool gave an operator's proven validators that are not settled, or have moved to one that is not.
    function _workingGwei(uint32 id) private view returns (uint64 sumGwei) {
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            if (KeyBook.operatorOf(key) != id) continue;
            ModelValidator memory v = beacon.validator(key);
            ValidatorStatus status = _statusOf(key);
            if (v.exited && v.moving && status == ValidatorStatus.Exited) status = _statusOf(v.movesTo);
            bool proven = status == ValidatorStatus.Active || status == ValidatorStatus.Exiting;
            if (proven || status == ValidatorStatus.Slashed) sumGwei += v.receivedGwei;
        }
    }

    function _gweiOnClient(bytes4 pair, uint256 bits) private view returns (uint64 sumGwei) {
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            Operator memory o = p.registry.getOperator(id);
            if (bytes2(o.clientPair << bits) == bytes2(pair << bits)) sumGwei += o.fundedGwei;
        }
    }

    function _statusOf(uint256 key) internal view returns (ValidatorStatus) {
        return p.manager.getValidator(KeyBook.root(key)).status;
    }

    // ---------------------------------------------------------------- INV-07, INV-18: what the model of the chain saw

    function _noEtherForLeavingValidators() internal view {
        _assertNothingFound("INV-07");
        _assertNothingFound("INV-18");
        _assertNothingFound("INC-35");
    }

    // ---------------------------------------------------------------- INV-08, INV-09

    /// @dev A stretch is priced at the rate after the report that finalises it, so each request in it shares a loss.
    function _requestsShareLosses() internal view {
        vm.assertEq(p.queue.checkpointCount(), ghostQueue.stretchCount(), "finalisations");
        for (uint256 i = 1; i <= ghostQueue.stretchCount(); ++i) {
            QueueCheckpoint memory got = p.queue.getCheckpoint(i);
            GhostStretch memory want = ghostQueue.stretch(i);
            vm.assertEq(got.fromShares, want.fromShares, "where a stretch begins");
            vm.assertEq(got.rateRay, want.rateRay, "rate of a stretch");
            vm.assertTrue(got.byEther == want.byEther, "which sum was set aside");
        }
    }

    /// @dev No request is finalised before one that came earlier, and none is stuck behind another one's receiver.
    function _firstInFirstOut() internal view {
        _assertNothingFound("INV-09");
        vm.assertEq(p.queue.finalizedShares(), ghostQueue.finalizedShares(), "how far the tape is finalised");
        bool waiting;
        for (uint256 requestId = 1; requestId <= ghostQueue.count(); ++requestId) {
            uint256 pending = ghostQueue.pendingShares(requestId);
            if (staker.ownerOf(requestId) == address(0)) continue;
            WithdrawalRequest memory r = p.queue.getRequest(requestId);
            vm.assertTrue(r.owner == staker.ownerOf(requestId), "owner of a ticket");
            vm.assertEq(r.pendingShares, pending, "pending shares of a ticket");
            vm.assertTrue(!waiting || r.pendingShares == r.shares, "one that came later was served");
            waiting = waiting || pending != 0;
        }
    }

    // ---------------------------------------------------------------- INV-10

    function _feeIsWorthItself() internal view {
        vm.assertTrue(!ghost.feeWasWrong(), "a fee is its part of positive rewards");
        vm.assertEq(p.distribution.cumulativeFeeShares(), ghost.feeShares(), "fee shares");
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

    /// @dev All that an operator can be made to pay: its penalties, and the greater of what its validators lost and what
    /// proofs secured. A proven slashing secures more than it may cost in the end.
    function _chargeableShares(uint32 operatorId) private view returns (uint256 shares) {
        uint256 lossWei = uint256(beacon.lossGwei(operatorId)) * 1 gwei;
        uint256 lost = (lossWei * RAY) / oracle.lowestRateRay() + 100;
        uint256 secured;
        for (uint256 i = 0; i < p.registry.lockCount(); ++i) {
            BondLock memory lock = p.registry.getLock(i);
            if (lock.operatorId != operatorId) continue;
            shares += lock.penaltyShares;
            secured += lock.lossShares;
        }
        shares += lost > secured ? lost : secured;
    }

    // ---------------------------------------------------------------- INV-14

    function _pausesExpireAndClaimsWork() internal view {
        _assertNothingFound("INV-14");
    }

    // ---------------------------------------------------------------- INV-13, INV-15, INV-19, INV-20

    function _nobodyDoesWhatIsForOthers() internal view {
        _assertNothingFound("INV-13");
    }

    function _upgradesChangeNoAnswer() internal view {
        _assertNothingFound("INV-15");
    }

    function _noCallSeesARateInBetween() internal view {
        _assertNothingFound("INV-19");
    }

    function _rolesMoveNothingAtOnce() internal view {
        _assertNothingFound("INV-20");
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
        _fundedEtherIsBooked();
        _noEtherForLeavingValidators();
        _requestsShareLosses();
        _firstInFirstOut();
        _feeIsWorthItself();
        _noFrameSettlesTwice();
        _penaltiesComeOutOfBonds();
        _nobodyDoesWhatIsForOthers();
        _pausesExpireAndClaimsWork();
        _upgradesChangeNoAnswer();
        _noCallSeesARateInBetween();
        _rolesMoveNothingAtOnce();
    }
}
