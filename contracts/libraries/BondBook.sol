// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What an operator has bonded and owes, in shares.
/// @param shares All that it has bonded.
/// @param locked Of these, what is held for a cause.
/// @param withdrawalAt Time from which what was asked back can be taken, in seconds.
/// @param withdrawal Asked back: it covers no validators any more, but pays for causes until it has left.
/// @param debt Losses that the bond could not cover.
/// @param withdrawalRefSlot Reference slot that must be settled before what was asked back can be taken.
/// @param secured Of the locked ones, what waits for a report to name the loss.
/// @param drawn What losses took out of secured shares, and is not yet taken off any lock.
/// @param spent What losses took out of penalties, and is not yet taken off any lock.
/// @param ahead Losses that were named and not secured, less secured shares that matured without a name.
struct Bond {
    uint96 shares;
    uint96 locked;
    uint40 withdrawalAt;
    // ---- slot
    uint96 withdrawal;
    uint96 debt;
    uint64 withdrawalRefSlot;
    // ---- slot
    uint96 secured;
    uint96 drawn;
    // ---- slot
    uint96 spent;
    int96 ahead;
}

/// @title The arithmetic of a bond
/// @notice A loss is told twice, in any order: a proof locks bond for it at once, and a report names it. At any time
///
///     shares = free + locked,  locked = penalties + secured
///     loss shares of the open locks    = secured + drawn
///     penalty shares of the open locks = penalties + spent
///     debt != 0  =>  shares = 0
///
/// and over the whole life of an operator whose bond is enough, a loss is paid for once:
///
///     paid = max(named, proven)
///     named  = all losses of reports
///     proven = what secured a loss, and was drawn by one or matured
///
/// @dev `ahead` is named less proven. Only its way from zero costs the operator, its way back is paid already:
///
///     named first             ahead > 0   the lock for it is let go at maturity, and not burned
///     matured without a name  ahead < 0   the report that names it takes nothing
library BondBook {
    using SafeCast for uint256;
    using SafeCast for int256;

    /// @notice Shares that are not held for a cause; some of them may have been asked back.
    function free(Bond storage bond) internal view returns (uint256) {
        return bond.shares - bond.locked;
    }

    /// @notice Shares that cover validators.
    function covering(Bond storage bond) internal view returns (uint256) {
        return Math.saturatingSub(free(bond), bond.withdrawal);
    }

    /// @notice Locked shares that no loss is waited for with.
    function penalties(Bond storage bond) internal view returns (uint256) {
        return bond.locked - bond.secured;
    }

    // ---------------------------------------------------------------- In and out

    /// @notice Takes shares in. What is owed is paid first.
    /// @return paid Shares that pay a debt and do not stay.
    function add(Bond storage bond, uint256 shares) internal returns (uint256 paid) {
        paid = payDebt(bond, shares);
        bond.shares += (shares - paid).toUint96();
    }

    /// @notice Pays a debt with shares from elsewhere.
    /// @return paid How many of them it takes.
    function payDebt(Bond storage bond, uint256 shares) internal returns (uint256 paid) {
        paid = Math.min(shares, bond.debt);
        bond.debt -= uint96(paid);
    }

    /// @notice Remembers what is asked back, and when it may leave; forgets what was asked back before.
    function askBack(Bond storage bond, uint96 shares, uint64 readyAt, uint64 refSlot) internal {
        bond.withdrawal = shares;
        bond.withdrawalAt = SafeCast.toUint40(readyAt);
        bond.withdrawalRefSlot = refSlot;
    }

    /// @notice Lets go what was asked back, as far as it is still free.
    function withdraw(Bond storage bond) internal returns (uint256 shares) {
        shares = Math.min(bond.withdrawal, free(bond));
        bond.withdrawal = 0;
        bond.shares -= uint96(shares);
    }

    // ---------------------------------------------------------------- Locks

    /// @notice Holds free shares for a cause, at most all. First what secures a loss that no report can have named, then
    /// what punishes, then what secures a loss that may have been named and paid already.
    /// @return penalty What punishes, out of `penaltyShares`.
    /// @return loss What secures, out of `lossShares`.
    function lock(
        Bond storage bond,
        uint256 penaltyShares,
        uint256 lossShares
    ) internal returns (uint256 penalty, uint256 loss) {
        uint256 left = free(bond);
        uint256 maybeNamed = Math.min(lossShares, _positive(bond.ahead));

        loss = Math.min(lossShares - maybeNamed, left);
        penalty = Math.min(penaltyShares, left - loss);
        loss += Math.min(maybeNamed, left - loss - penalty);

        bond.locked += uint96(penalty + loss);
        bond.secured += uint96(loss);
    }

    /// @notice Forgives a lock. What losses have taken is taken off it only as far as the other locks do not hold it.
    function release(Bond storage bond, uint256 penaltyShares, uint256 lossShares) internal {
        uint256 drawn = Math.saturatingSub(lossShares, bond.secured);
        uint256 spent = Math.saturatingSub(penaltyShares, penalties(bond));
        _unlock(bond, penaltyShares, lossShares, spent, drawn);
    }

    /// @notice Ends a lock whose time has come, the oldest first, so that what losses have taken is not there any more.
    /// @return burned Shares that leave the bond.
    function mature(Bond storage bond, uint256 penaltyShares, uint256 lossShares) internal returns (uint256 burned) {
        uint256 drawn = Math.min(lossShares, bond.drawn);
        uint256 spent = Math.min(penaltyShares, bond.spent);
        uint256 unnamed = lossShares - drawn;
        // A report named it before the lock was made: it is paid.
        uint256 named = Math.min(unnamed, _positive(bond.ahead));

        _unlock(bond, penaltyShares, lossShares, spent, drawn);
        bond.ahead = (int256(bond.ahead) - int256(unnamed)).toInt96();
        burned = penaltyShares - spent + unnamed - named;
        bond.shares -= uint96(burned);
    }

    function _unlock(
        Bond storage bond,
        uint256 penaltyShares,
        uint256 lossShares,
        uint256 spent,
        uint256 drawn
    ) private {
        bond.spent -= uint96(spent);
        bond.drawn -= uint96(drawn);
        bond.locked -= uint96(penaltyShares - spent + lossShares - drawn);
        bond.secured -= uint96(lossShares - drawn);
    }

    // ---------------------------------------------------------------- Losses

    /// @notice Takes a named loss: out of what secures losses, out of free shares, out of penalties; the rest is owed.
    /// @return taken Shares that leave the bond.
    /// @return owed Shares that were added to the debt.
    function draw(Bond storage bond, uint256 lossShares) internal returns (uint256 taken, uint256 owed) {
        uint256 fromSecured = Math.min(lossShares, bond.secured);
        uint256 unsecured = lossShares - fromSecured;
        // Burned when its lock matured, before any report named it.
        uint256 due = unsecured - Math.min(unsecured, _positive(-int256(bond.ahead)));
        uint256 fromFree = Math.min(due, free(bond));
        uint256 fromPenalties = Math.min(due - fromFree, penalties(bond));
        owed = due - fromFree - fromPenalties;
        taken = fromSecured + fromFree + fromPenalties;

        bond.shares -= uint96(taken);
        bond.locked -= uint96(fromSecured + fromPenalties);
        bond.secured -= uint96(fromSecured);
        bond.drawn += uint96(fromSecured);
        bond.spent += uint96(fromPenalties);
        bond.debt += owed.toUint96();
        bond.ahead = (int256(bond.ahead) + unsecured.toInt256()).toInt96();
    }

    function _positive(int256 value) private pure returns (uint256) {
        return value > 0 ? uint256(value) : 0;
    }
}
