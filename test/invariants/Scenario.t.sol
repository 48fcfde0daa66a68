// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ValidatorStatus} from "../../contracts/types/ValidatorTypes.sol";
import {KeyBook} from "./support/KeyBook.sol";
import {ProtocolRules} from "./support/ProtocolRules.sol";

/// @title One straight way through the protocol with the handlers of the invariants
/// @notice Shows that the handlers reach what the rules speak of: a campaign that never sees a fault proves nothing.
contract ScenarioTest is ProtocolRules {
    function test_handlers_stakeWithdrawFinaliseClaim() public {
        for (uint256 way = 0; way < 4; ++way) staker.withdraw(0, way, 1 ether + way, way);
        vm.assertEq(ghostQueue.count(), 4, "a request for each way");
        _everything();

        _letFramesPass(2);
        vm.assertEq(p.queue.queuedShares(), 0, "all finalised");
        staker.passTicketOn(2, 1, false);
        staker.passTicketOn(3, 2, true);
        for (uint256 ticket = 0; ticket < 4; ++ticket) staker.claim(ticket, ticket, ticket);
        vm.assertEq(address(p.queue).balance, p.queue.surplusWei(), "all claimed");
        _everything();
    }

    function test_handlers_finaliseInPartsWhatTheBufferCannotPay() public {
        keeper.fund(0, 160e9, 1);
        beacon.processDeposits(0);
        staker.withdraw(0, 0, ghost.sharesOf(world.staker(0)), 0);
        _letFramesPass(2);
        vm.assertTrue(p.queue.queuedShares() != 0 && p.queue.finalizedShares() != 0, "cut inside the request");
        staker.claim(0, 0, 1);
        _everything();

        // An exit would give twice what is wanted, so anyone may ask for parts only.
        keeper.request(0, true, 0, false);
        vm.assertTrue(!beacon.validator(0).exitAsked, "not the whole validator");
        keeper.request(0, false, 64e9, false);
        keeper.request(0, false, 46e9, false);
        chain.payOut(0);
        staker.stake(3, 3, 10 ether, true);
        _letFramesPass(2);
        staker.claim(0, 0, 2);
        vm.assertEq(p.queue.queuedShares(), 0, "all finalised");
        _everything();
    }

    function test_handlers_operatorExitsItsValidator() public {
        keeper.request(0, true, 0, true);
        chain.epochs(1);
        chain.payOut(0);
        _letFramesPass(1);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Exited), "exited");
        vm.assertEq(p.registry.getOperator(1).fundedGwei, 0, "nothing is funded any more");
        _everything();
    }

    function test_handlers_predepositIntoForeignCredentialsCostsTheBond() public {
        uint256 perShareWei = p.pool.ethPerShare();
        beacon.frontRun(1);
        keeper.predeposit(0, 0, 1);
        beacon.processDeposits(1);
        keeper.prove(1, 1);
        vm.assertEq(uint256(_statusOf(1)), uint256(ValidatorStatus.Faulty), "faulty");
        keeper.fund(1, 31e9, 1);
        _everything();

        _letFramesPass(3);
        uint256 costWei = (oracle.burnedShares(1) * perShareWei) / 1 ether;
        vm.assertGe(costWei, 1.5 ether - 10, "the ether and the penalty");
        vm.assertLe(costWei, 1.5 ether + 10, "once");
        vm.assertGe(p.pool.ethPerShare(), perShareWei, "stakers lost nothing");
        _everything();
    }

    function test_handlers_wrongSignatureGetsNoDeposit() public {
        operator.submitBatch(2);
        chaos.pass(5);
        // The second batch of the second operator ends with the key that is wrongly signed.
        keeper.predeposit(1, 1, 2);
        vm.assertEq(beacon.validator(6).receivedGwei, 1e9, "the good one");
        vm.assertEq(beacon.validator(7).receivedGwei, 0, "the bad one");
        _everything();
    }

    function test_handlers_slashedValidatorCostsTheBondAndLeaves() public {
        uint256 bondWei = _bondWei(1);
        beacon.slash(0);
        keeper.prove(0, 1);
        keeper.fund(0, 31e9, 1);
        chain.payOut(0);
        _letFramesPass(1);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Exited), "exited");
        vm.assertGe(bondWei - _bondWei(1), 0.49 ether, "the loss came out of the bond");
        _everything();
    }

    function test_handlers_downtimeLocksThenBurnsAndDeactivates() public {
        uint256 bondWei = _bondWei(1);
        // An operator of an odd number is breached by 4, 10, 16 and so on.
        for (uint256 i = 0; i < 8; ++i) oracle.closeAndSettle(i, 10_000_000_000_006);
        for (uint256 i = 0; i < 8; ++i) oracle.closeAndSettle(i, 4);
        vm.assertTrue(p.registry.lockCount() >= 3, "locks");
        vm.assertTrue(_bondWei(1) < bondWei || _bondWei(2) < bondWei, "burned");
        _everything();
    }

    function test_handlers_pausesHoldAndExpire() public {
        staker.withdraw(0, 0, 1 ether, 0);
        _letFramesPass(2);
        chaos.guard(1, 15, 700, 0);
        staker.stake(0, 0, 1 ether, true);
        staker.withdraw(1, 1, 1 ether, 0);
        oracle.closeFrame(0);
        chaos.pass(1);
        staker.claim(0, 0, 0);
        _everything();

        chaos.pass(40);
        chaos.pass(40);
        oracle.settle(0, 0, 0, 0);
        staker.stake(0, 0, 1 ether, true);
        _everything();
    }

    function test_handlers_settleOldFramesOnce() public {
        for (uint256 i = 0; i < 3; ++i) {
            oracle.closeFrame(i);
            beacon.earn(0, 1_000_000);
            staker.stake(i, i, 1 ether, false);
        }
        uint256 before = oracle.settlements();
        oracle.settle(2, 0, 0, 0);
        oracle.settle(3, 5, 9, 0);
        oracle.settleAgain(1, 0);
        oracle.settleAgain(2, 1);
        vm.assertEq(oracle.settlements(), before + 2, "two of three frames, the last one among them");
        _everything();
    }

    function test_handlers_giftAboveTheGrowthBoundComesInOverTime() public {
        uint256 beforeWei = ghost.pooledWei();
        chaos.give(7, beforeWei / 200);
        oracle.closeAndSettle(0, 0);
        vm.assertTrue(address(p.executionRewardsVault).balance != 0, "too much for one frame");
        _everything();
        for (uint256 i = 0; i < 6; ++i) oracle.closeAndSettle(i, 0);
        vm.assertEq(address(p.executionRewardsVault).balance, 0, "not too much for some");
        vm.assertEq(ghost.pooledWei(), beforeWei + beforeWei / 200, "all of it, once");
        _everything();
    }

    function test_handlers_lossAboveItsBoundWaitsForReview() public {
        uint256 before = oracle.settlements();
        staker.giveToCover(0, type(uint256).max);
        keeper.fund(0, 160e9, 1);
        beacon.processDeposits(0);
        _letFramesPass(1);
        for (uint256 i = 0; i < 3; ++i) beacon.penalise(0, 6e9);
        oracle.closeAndSettle(0, 0);
        vm.assertEq(oracle.settlements(), before + 1, "held");
        staker.stake(0, 0, 1 ether, true);
        staker.withdraw(1, 1, 1 ether, 0);
        oracle.settle(0, 0, 0, 0);
        _everything();

        oracle.review(false, 0);
        oracle.settle(0, 0, 0, 0);
        vm.assertEq(oracle.settlements(), before + 1, "not held again");
        oracle.closeAndSettle(0, 0);
        oracle.review(true, 0);
        vm.assertEq(oracle.settlements(), before + 2, "confirmed");
        _everything();
        operator.claimRewards(1);
        _letFramesPass(1);
        _everything();
    }

    function test_handlers_finaliseWithoutReports() public {
        // All the ether works, so that a request which a report has seen cannot be paid.
        keeper.fund(0, 160e9, 1);
        beacon.processDeposits(0);
        staker.withdraw(0, 0, ghost.sharesOf(world.staker(0)), 0);
        _letFramesPass(2);
        vm.assertTrue(p.queue.queuedShares() != 0, "some of it waits");
        operator.bond(0, 1, 2 ether, 0);
        oracle.finalizeStale(0);
        vm.assertTrue(p.pool.bufferedWei() != 0, "not yet");
        for (uint256 i = 0; i < 6; ++i) chaos.pass(40);
        oracle.finalizeStale(0);
        vm.assertEq(p.pool.bufferedWei() / 1000, 0, "the buffer is paid out");
        _everything();
        _letFramesPass(2);
        _everything();
    }

    function test_handlers_lossThatIsNamedBeforeItsProofIsPaidOnce() public {
        uint256 perShareWei = p.pool.ethPerShare();
        beacon.frontRun(1);
        keeper.predeposit(0, 0, 1);
        beacon.processDeposits(1);
        oracle.closeAndSettle(0, 0);
        keeper.prove(1, 1);
        _letFramesPass(3);
        uint256 costWei = (oracle.burnedShares(1) * perShareWei) / 1 ether;
        vm.assertGe(costWei, 1.5 ether - 10, "the ether and the penalty");
        vm.assertLe(costWei, 1.5 ether + 10, "once");
        _everything();
    }

    function test_handlers_provenSlashingLocksBondAndHaltsTheOperator() public {
        beacon.slash(0);
        keeper.proveSlashed(0, 1);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Slashed), "slashed");
        vm.assertTrue(p.registry.getOperator(1).lockedShares != 0, "locked");
        keeper.proveSlashed(0, 2);
        vm.assertEq(p.registry.lockCount(), 1, "once");
        _everything();
        _letFramesPass(3);
        _everything();
    }

    function test_handlers_consolidationMovesEtherAndBond() public {
        _fundSecondValidator();
        uint64 fundedGwei = p.registry.getOperator(1).fundedGwei;
        consolidations.requestConsolidation(0, 1, true);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Exiting), "the source leaves");
        consolidations.cancelConsolidation(0, true);
        chain.epochs(1);
        chain.payOut(0);
        _letFramesPass(1);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Exited), "the source is gone");
        vm.assertEq(p.registry.getOperator(1).fundedGwei, fundedGwei, "its bond stays");
        _everything();

        keeper.request(1, true, 0, true);
        chain.epochs(1);
        chain.payOut(1);
        _letFramesPass(1);
        vm.assertEq(p.registry.getOperator(1).fundedGwei, 0, "and is free with the target");
        _everything();
    }

    function test_handlers_consolidationThatIsIgnoredIsTakenBack() public {
        _fundSecondValidator();
        consolidations.requestConsolidation(0, 1, true);
        chaos.pass(40);
        consolidations.cancelConsolidation(0, true);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Active), "stays");
        consolidations.requestConsolidation(0, 1, true);
        chaos.pass(40);
        consolidations.cancelConsolidation(0, false);
        vm.assertEq(uint256(_statusOf(0)), uint256(ValidatorStatus.Exiting), "not one that the chain has begun");
        _everything();
    }

    function test_handlers_theftLocksRewardAndPenalty() public {
        uint256 freeWei = p.registry.freeBondWei(1);
        oracle.closeAndSettle(0, 1_000_002);
        vm.assertEq(p.registry.lockCount(), 1, "locked");
        vm.assertGe(freeWei, p.registry.freeBondWei(1) + 1 ether, "the penalty and more");
        _everything();
        _letFramesPass(3);
        _everything();
    }

    function test_handlers_payeesHarmNobodyElse() public {
        for (uint256 i = 0; i < 3; ++i) staker.withdraw(0, 0, 1 ether, 0);
        _letFramesPass(2);
        for (uint256 i = 0; i < 2; ++i) staker.passTicketOn(i, 7, true);
        staker.passTicketOn(2, 7, false);
        uint256 calls = world.payee().calls();
        staker.claim(1, 0, 1);
        staker.claim(1, 1, 2);
        staker.claim(1, 2, 0);
        vm.assertEq(world.payee().calls(), calls, "refused, and not allowed");
        _everything();
        staker.setThirdPartyClaims(true);
        for (uint256 i = 0; i < 3; ++i) staker.claim(1, i, 3);
        vm.assertEq(world.payee().calls(), calls + 3, "paid, and called back");
        staker.hand(0, 1 ether);
        vm.assertEq(world.payee().calls(), calls + 4, "told of shares");
        _everything();
    }

    function test_handlers_administratorDecides() public {
        admin.changeRegistry(1000, 500, 2, 1 ether);
        admin.changeManager(500e9, 1000, 100);
        admin.changeDistribution(300, 2_000_000, 700, 5 ether);
        admin.suspend(1);
        for (uint256 i = 0; i < 5; ++i) admin.upgrade(i);
        for (uint256 i = 0; i < 200; ++i) intruder.intrude(i, i, i * 7, i % 2 == 0);
        operator.setClientPair(1, 1);
        operator.setClientPair(2, 3);
        operator.setPaymentAddress(2);
        _letFramesPass(2);
        admin.suspend(0);
        _letFramesPass(1);
        _everything();
    }

    function _fundSecondValidator() private {
        keeper.predeposit(0, 0, 1);
        beacon.processDeposits(1);
        keeper.fund(1, 63e9, 1);
        beacon.processDeposits(1);
        _letFramesPass(1);
    }

    function _letFramesPass(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            chaos.pass(40);
            oracle.closeAndSettle(i, 0);
        }
    }

    function _bondWei(uint32 operatorId) private view returns (uint256) {
        return p.pool.convertToAssets(p.registry.getOperator(operatorId).bondShares);
    }
}
