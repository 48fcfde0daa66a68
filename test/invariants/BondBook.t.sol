// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bond, BondBook} from "../../contracts/libraries/BondBook.sol";
import {TestBase} from "./support/Vm.sol";

/// @title One bond that everything happens to, beside what it must come to in plain integers
contract BondHandler is TestBase {
    using BondBook for Bond;

    struct Lock {
        uint256 penalty;
        uint256 loss;
    }

    Bond private _bond;
    Lock[] private _locks;
    uint256 private _next;

    /// @notice Shares that went in and stayed, less those that went out.
    uint256 public held;
    /// @notice All losses that reports named.
    uint256 public named;
    /// @notice What secured a loss, and was drawn by one or matured.
    uint256 public proven;
    /// @notice What the operator paid or owes for losses.
    uint256 public charged;
    /// @notice Debts that were made, less those that were paid.
    uint256 public owed;

    function bond() external view returns (Bond memory) {
        return _bond;
    }

    function openShares() external view returns (uint256 penalty, uint256 loss) {
        for (uint256 i = _next; i < _locks.length; ++i) {
            penalty += _locks[i].penalty;
            loss += _locks[i].loss;
        }
    }

    // ---------------------------------------------------------------- What happens

    function add(uint256 shares) external {
        shares = _bound(shares, 0, 1000);
        uint256 want = shares < owed ? shares : owed;
        vm.assertEq(_bond.add(shares), want, "a debt is paid first");
        owed -= want;
        held += shares - want;
    }

    function payDebt(uint256 shares) external {
        shares = _bound(shares, 0, 1000);
        uint256 want = shares < owed ? shares : owed;
        vm.assertEq(_bond.payDebt(shares), want, "no more than is owed");
        owed -= want;
    }

    function withdraw(uint256 shares) external {
        _bond.askBack(uint96(_bound(shares, 0, 2000)), 0, 0);
        uint256 free = _bond.free();
        uint256 left = _bond.withdraw();
        vm.assertLe(left, free, "locked shares stay");
        held -= left;
    }

    function prove(uint256 penaltyShares, uint256 lossShares) external {
        penaltyShares = _bound(penaltyShares, 0, 700);
        lossShares = _bound(lossShares, 0, 700);
        uint256 free = _bond.free();
        (uint256 penalty, uint256 loss) = _bond.lock(penaltyShares, lossShares);

        vm.assertLe(penalty, penaltyShares, "penalty");
        vm.assertLe(loss, lossShares, "loss");
        uint256 wanted = penaltyShares + lossShares;
        vm.assertEq(penalty + loss, wanted < free ? wanted : free, "all that is wanted, or all that is free");
        _locks.push(Lock(penalty, loss));
    }

    function mature() external {
        if (_next == _locks.length) return;
        Lock memory lock = _locks[_next++];
        (uint256 drawn, uint256 spent) = (_bond.drawn, _bond.spent);
        uint256 burned = _bond.mature(lock.penalty, lock.loss);

        held -= burned;
        proven += lock.loss - (drawn - _bond.drawn);
        charged += burned - (lock.penalty - (spent - _bond.spent));
    }

    function release(uint256 which) external {
        if (_next == _locks.length) return;
        Lock storage lock = _locks[_bound(which, _next, _locks.length - 1)];
        uint256 free = _bond.free();
        (uint256 penalty, uint256 loss) = (lock.penalty, lock.loss);
        (lock.penalty, lock.loss) = (0, 0);
        _bond.release(penalty, loss);
        vm.assertLe(_bond.free() - free, penalty + loss, "no more than was locked");
    }

    function name(uint256 lossShares) external {
        lossShares = _bound(lossShares, 0, 900);
        uint256 drawn = _bond.drawn;
        (uint256 taken, uint256 missing) = _bond.draw(lossShares);

        held -= taken;
        owed += missing;
        named += lossShares;
        proven += _bond.drawn - drawn;
        charged += taken + missing;
    }
}

/// @title INV-12 by itself: what the header of BondBook says
contract BondBookTest is TestBase {
    BondHandler private handler;

    function setUp() external {
        handler = new BondHandler();
        handler.add(1000);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_INV12_sharesAreWhatIsFreeAndWhatIsLocked() external view {
        Bond memory b = handler.bond();
        vm.assertEq(b.shares, handler.held(), "shares");
        vm.assertLe(b.locked, b.shares, "locked is a part of the bond");
        vm.assertLe(b.secured, b.locked, "secured is a part of what is locked");
    }

    function invariant_INV12_locksAddUpToWhatIsHeldAndWhatLossesTook() external view {
        Bond memory b = handler.bond();
        (uint256 penalty, uint256 loss) = handler.openShares();
        vm.assertEq(loss, uint256(b.secured) + b.drawn, "secured");
        vm.assertEq(penalty, uint256(b.locked - b.secured) + b.spent, "penalties");
    }

    function invariant_INV12_aLossIsPaidForOnce() external view {
        (uint256 named, uint256 proven) = (handler.named(), handler.proven());
        vm.assertEq(handler.charged(), named > proven ? named : proven, "the greater of named and proven");
    }

    function invariant_INV12_whoOwesHasNoBond() external view {
        Bond memory b = handler.bond();
        vm.assertEq(b.debt, handler.owed(), "debt");
        if (b.debt != 0) vm.assertEq(b.shares, 0, "bond beside a debt");
    }
}
