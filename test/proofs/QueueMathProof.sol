// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {QueueMath} from "../../contracts/libraries/QueueMath.sol";
import {ShareMath} from "../../contracts/libraries/ShareMath.sol";

/// @title What must hold of the arithmetic of the queue, for all positions and amounts that fit 96 bits and rates that fit
/// the 120 bits of a checkpoint
/// @dev Each function is one theorem, as in ShareMathProof.
contract QueueMathProof {
    /// @dev INV-02: shares that a budget pays for at a rate cost no more than the budget.
    function proof_INV02_reachCostsAtMostTheBudget(uint96 budgetWei, uint120 rateRay) external pure {
        require(rateRay != 0);
        uint256 shares = ShareMath.toSharesAtDown(budgetWei, rateRay);
        assert(ShareMath.toAssetsAtDown(shares, rateRay) <= budgetWei);
    }

    /// @dev INV-02: the part of a request that ether pays for costs no more than that ether.
    function proof_INV02_partPaidCostsAtMostTheEther(uint96 amountWei, uint96 shares, uint96 requestWei) external pure {
        require(shares != 0 && requestWei != 0);
        uint256 part = QueueMath.partPaidDown(amountWei, shares, requestWei);
        assert(QueueMath.partDown(requestWei, part, shares) <= amountWei);
    }

    /// @dev Ether that does not pay for a request ends inside of it: the cut never passes the request's end.
    function proof_INV09_partPaidStaysInside(uint96 amountWei, uint96 shares, uint96 requestWei) external pure {
        require(shares != 0 && amountWei < requestWei);
        assert(QueueMath.partPaidDown(amountWei, shares, requestWei) < shares);
    }

    /// @dev The ether of a request grows with the part, from nothing to all: every cut pays something between.
    function proof_INV04_partsAddUpToTheRequest(
        uint96 requestWei,
        uint96 shares,
        uint96 cut,
        uint96 later
    ) external pure {
        require(cut <= later && later <= shares && shares != 0);
        assert(QueueMath.partDown(requestWei, 0, shares) == 0);
        assert(QueueMath.partDown(requestWei, cut, shares) <= QueueMath.partDown(requestWei, later, shares));
        assert(QueueMath.partDown(requestWei, later, shares) <= requestWei);
        assert(QueueMath.partDown(requestWei, shares, shares) == requestWei);
    }

    /// @dev INV-02: what two neighbours in a stretch are worth at its rate adds up to what both are worth, to the wei.
    function proof_INV02_worthAddsUp(uint96 from, uint96 cut, uint96 to, uint120 rateRay) external pure {
        require(from <= cut && cut <= to);
        uint256 first = QueueMath.worthBetween(from, cut, rateRay);
        uint256 second = QueueMath.worthBetween(cut, to, rateRay);
        assert(first + second == QueueMath.worthBetween(from, to, rateRay));
    }

    /// @dev A part is worth what its shares are, and at most a wei more, which another part has less.
    function proof_INV02_worthIsThatOfTheShares(uint96 from, uint96 to, uint120 rateRay) external pure {
        require(from <= to);
        uint256 aloneWei = ShareMath.toAssetsAtDown(to - from, rateRay);
        uint256 worthWei = QueueMath.worthBetween(from, to, rateRay);
        assert(worthWei == aloneWei || worthWei == aloneWei + 1);
    }

    /// @dev INV-02: two requests of a stretch are paid no more than was set aside for it, whichever of the two sums that was.
    /// By rate, the parts add up to the stretch as `proof_INV02_worthAddsUp` has it, so they stand here for themselves.
    function proof_INV02_paysAtMostWhatWasSetAside(
        uint96 firstWei,
        uint96 secondWei,
        uint96 firstWorth,
        uint96 secondWorth
    ) external pure {
        uint256 byEtherWei = uint256(firstWei) + secondWei;
        uint256 byRateWei = uint256(firstWorth) + secondWorth;
        uint256 setAsideWei = _least(byEtherWei, byRateWei);
        assert(_least(firstWei, firstWorth) + _least(secondWei, secondWorth) <= setAsideWei);
    }

    /// @dev Not OpenZeppelin's, which is made of single bits: z3 would look at each of them.
    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    /// @dev INV-03: what a finalisation sets aside at the pool's rate leaves at least as much a share to who stays.
    function proof_INV03_finalisationKeepsTheRate(uint96 shares, uint96 totalShares, uint96 pooledWei) external pure {
        require(shares < totalShares);
        uint256 rateRay = ShareMath.rateRayDown(totalShares, pooledWei);
        uint256 amountWei = ShareMath.toAssetsAtDown(shares, rateRay);
        assert(amountWei <= pooledWei);
        assert((pooledWei - amountWei) * totalShares >= (uint256(totalShares) - shares) * pooledWei);
    }
}
