// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../../../contracts/interfaces/IOperatorRegistry.sol";
import {IRewardDistribution} from "../../../contracts/interfaces/IRewardDistribution.sol";
import {Operator, OperatorStatus} from "../../../contracts/types/OperatorTypes.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {RewardsTree} from "../support/RewardsTree.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title Two operators who bond, commit to keys, take bond out and claim rewards
contract OperatorHandler is Handler {
    uint256 private constant BOND_WEI = 16 ether;

    /// @notice Debts paid, out of new bond and of rewards.
    mapping(uint32 operatorId => uint256) public paidDebtShares;

    /// @dev Both register before anything else happens.
    constructor(World world) Handler(world) {
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            bytes memory data = abi.encodeCall(
                IOperatorRegistry.registerOperator,
                ("Operator", WORLD.paymentAddress(id), bytes4("GELS"))
            );
            (bool ok, bytes memory answer) = _pay(WORLD.operatorOwner(id), address(p.registry), BOND_WEI, data);
            _requireAs(true, ok, answer, "registration");
            GHOST.stake(address(p.registry), BOND_WEI);
            submitBatch(id);
        }
    }

    // ---------------------------------------------------------------- Bond

    function bond(uint256 kind, uint32 operator, uint256 amountWei, uint96 shares) external userCall {
        uint32 id = _id(operator);
        if (kind % 3 == 0) _addBond(id, amountWei);
        else if (kind % 3 == 1) _requestBond(id, shares);
        else _withdrawBond(id);
    }

    function _addBond(uint32 id, uint256 amountWei) private {
        amountWei = _bound(amountWei, 1, 2 ether);
        bool want = block.timestamp <= p.pool.staleAfter() && GHOST.sharesFor(amountWei) != 0;
        uint256 owed = p.registry.getOperator(id).debtShares;

        bytes memory data = abi.encodeCall(IOperatorRegistry.addBond, (id));
        (bool ok, bytes memory answer) = _pay(WORLD.operatorOwner(id), address(p.registry), amountWei, data);
        _requireAs(want, ok, answer, "bond");

        if (!ok) return;
        uint256 shares = GHOST.stake(address(p.registry), amountWei);
        uint256 paid = shares < owed ? shares : owed;
        paidDebtShares[id] += paid;
        GHOST.move(address(p.registry), p.coverFund, paid);
        vm.assertEq(p.registry.getOperator(id).debtShares, owed - paid, "a debt is paid first");
    }

    function _requestBond(uint32 id, uint96 shares) private {
        shares = uint96(_bound(shares, 0, p.registry.getOperator(id).bondShares));
        // Whether it is allowed depends on rules that unit tests check; here it matters what may come of it.
        _as(
            WORLD.operatorOwner(id),
            address(p.registry),
            abi.encodeCall(IOperatorRegistry.requestBondWithdrawal, (id, shares))
        );
    }

    function _withdrawBond(uint32 id) private {
        Operator memory before = p.registry.getOperator(id);

        (bool ok, bytes memory answer) = _as(
            WORLD.operatorOwner(id),
            address(p.registry),
            abi.encodeCall(IOperatorRegistry.withdrawBond, (id))
        );
        if (!ok) return;

        uint256 shares = abi.decode(answer, (uint256));
        GHOST.move(address(p.registry), WORLD.paymentAddress(id), shares);
        bool timely = before.withdrawalAt <= block.timestamp && shares <= before.bondShares - before.lockedShares;
        bool judged = before.withdrawalRefSlot <= p.distribution.lastRefSlot() && before.debtShares == 0;
        if (!timely || !judged) FINDINGS.add("INV-12", "locked or owed bond left, or bond left before its time");
        if (p.registry.freeBondWei(id) < p.registry.requiredBondWei(id)) {
            FINDINGS.add("INV-06", "bond left that validators need");
        }
    }

    // ---------------------------------------------------------------- Standing

    /// @dev Four letters are accepted, whatever runs already; else nothing is.
    function setClientPair(uint32 operator, uint256 which) external userCall {
        bytes4[4] memory pairs = [bytes4("GELS"), bytes4("GEPR"), bytes4("NELS"), bytes4("GE1S")];
        uint32 id = _id(operator);
        bytes memory data = abi.encodeCall(IOperatorRegistry.setClientPair, (id, pairs[which % 4]));
        (bool ok, bytes memory answer) = _as(WORLD.operatorOwner(id), address(p.registry), data);
        _requireAs(which % 4 != 3, ok, answer, "another pair of clients");
    }

    function setPaymentAddress(uint32 operator) external userCall {
        uint32 id = _id(operator);
        bytes memory data = abi.encodeCall(IOperatorRegistry.setPaymentAddress, (id, WORLD.paymentAddress(id)));
        (bool ok, bytes memory answer) = _as(WORLD.operatorOwner(id), address(p.registry), data);
        _requireAs(true, ok, answer, "another payment address");
    }

    // ---------------------------------------------------------------- Keys and rewards

    function submitBatch(uint32 operator) public userCall {
        uint32 id = _id(operator);
        uint32 batchId = p.registry.keyBatchCount(id);
        bytes26 commitment = KeyBook.tail(id, batchId, 0);
        bool want = p.registry.getOperator(id).status == OperatorStatus.Active;

        bytes memory data = abi.encodeCall(
            IOperatorRegistry.submitValidatorSigs,
            (id, batchId, commitment, uint8(KeyBook.BATCH_SIZE))
        );
        (bool ok, bytes memory answer) = _as(WORLD.operatorOwner(id), address(p.registry), data);
        _requireAs(want, ok, answer, "submission of keys");
    }

    function claimRewards(uint32 operator) external userCall {
        uint32 id = _id(operator);
        (bytes32 root, ) = p.distribution.claimableRoot();
        uint256 totalShares = GHOST.treeShares(root);
        uint256 leafShares = RewardsTree.sharesOf(id, totalShares);
        uint256 claimedShares = p.distribution.claimedShares(id);
        uint256 coverShares = p.token.balanceOf(p.coverFund);

        bytes memory data = abi.encodeCall(
            IRewardDistribution.claimRewards,
            (id, leafShares, RewardsTree.proofOf(id, totalShares))
        );
        (bool ok, bytes memory answer) = _as(WORLD.operatorOwner(id), address(p.distribution), data);
        _requireAs(leafShares > claimedShares, ok, answer, "claim of rewards");

        if (!ok) return;
        uint256 debtShares = p.token.balanceOf(p.coverFund) - coverShares;
        paidDebtShares[id] += debtShares;
        GHOST.move(address(p.distribution), p.coverFund, debtShares);
        GHOST.move(address(p.distribution), WORLD.paymentAddress(id), leafShares - claimedShares - debtShares);
    }

    function _id(uint32 operator) private pure returns (uint32) {
        if (operator >= 1 && operator <= KeyBook.OPERATORS) return operator;
        return uint32(operator % KeyBook.OPERATORS) + 1;
    }
}
