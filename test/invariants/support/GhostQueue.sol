// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A request as the model sees it: its stretch of the tape in shares, and of the sum of the requests' ether.
struct GhostRequest {
    uint256 fromShares;
    uint256 toShares;
    uint256 fromWei;
    uint256 toWei;
    uint256 eligibleAt;
    uint256 paidTo;
}

/// @notice A finalised stretch.
struct GhostStretch {
    uint256 fromShares;
    uint256 toShares;
    uint256 rateRay;
    bool byEther;
}

/// @title The withdrawal queue again, as plainly as it can be said: lists and loops, no searches, no packing
contract GhostQueue {
    uint256 internal constant RAY = 1e27;

    GhostRequest[] private _requests;
    GhostStretch[] private _stretches;

    /// @notice Finalised position, in shares and in the sum of the requests' ether.
    uint256 public finalizedShares;
    uint256 public finalizedWei;
    /// @notice Set aside and neither paid nor surplus.
    uint256 public lockedWei;
    /// @notice Booked by claims, not swept.
    uint256 public surplusWei;

    // ---------------------------------------------------------------- Write

    /// @notice A request joins the tape; its number is the length of the list after.
    function request(uint256 shares, uint256 amountWei, uint256 eligibleAt) external returns (uint256 requestId) {
        GhostRequest memory before = _last();
        _requests.push(
            GhostRequest({
                fromShares: before.toShares,
                toShares: before.toShares + shares,
                fromWei: before.toWei,
                toWei: before.toWei + amountWei,
                eligibleAt: before.eligibleAt > eligibleAt ? before.eligibleAt : eligibleAt,
                paidTo: before.toShares
            })
        );
        return _requests.length;
    }

    /// @notice Walks along the tape as long as the money reaches: by shares at the rate, or by the requests' ether.
    function finalize(
        uint256 budgetWei,
        uint256 rateRay,
        uint256 cutoff
    ) external returns (uint256 shares, uint256 amountWei) {
        (uint256 fromShares, uint256 fromWei) = (finalizedShares, finalizedWei);
        uint256 reach = fromShares + (budgetWei * RAY) / rateRay;
        (uint256 toShares, uint256 toWei) = (fromShares, fromWei);
        for (uint256 i = 0; i < _requests.length; ++i) {
            GhostRequest storage r = _requests[i];
            if (r.toShares <= fromShares) continue;
            if (r.eligibleAt > cutoff) break;
            if (r.toShares <= reach || r.toWei - fromWei <= budgetWei) {
                (toShares, toWei) = (r.toShares, r.toWei);
                continue;
            }
            // The cut falls inside this one, where the money ends by shares or by ether.
            uint256 cut = _sharesAt(r, fromWei + budgetWei);
            if (reach > cut) cut = reach;
            if (cut > r.fromShares && cut > toShares) (toShares, toWei) = (cut, _weiAt(r, cut));
            break;
        }
        if (toShares == fromShares) return (0, 0);

        shares = toShares - fromShares;
        uint256 byRateWei = (shares * rateRay) / RAY;
        bool byEther = toWei - fromWei <= byRateWei;
        amountWei = byEther ? toWei - fromWei : byRateWei;
        _stretches.push(GhostStretch(fromShares, toShares, rateRay, byEther));
        (finalizedShares, finalizedWei) = (toShares, toWei);
        lockedWei += amountWei;
    }

    /// @notice A claim is paid. Returns what it pays, and whether the ticket is gone after it.
    function claim(uint256 requestId) external returns (uint256 payoutWei, bool fully) {
        uint256 allottedWei;
        uint256 paidTo_;
        (payoutWei, allottedWei, paidTo_) = payout(requestId);
        _requests[requestId - 1].paidTo = paidTo_;
        lockedWei -= allottedWei;
        surplusWei += allottedWei - payoutWei;
        fully = paidTo_ == _requests[requestId - 1].toShares;
    }

    /// @notice A settlement takes the surplus.
    function sweep() external returns (uint256 amountWei) {
        amountWei = surplusWei;
        surplusWei = 0;
    }

    // ---------------------------------------------------------------- Read

    function count() external view returns (uint256) {
        return _requests.length;
    }

    function stretchCount() external view returns (uint256) {
        return _stretches.length;
    }

    /// @notice A finalised stretch; they are numbered from 1.
    function stretch(uint256 number) external view returns (GhostStretch memory) {
        return _stretches[number - 1];
    }

    /// @notice Shares of a request that wait.
    function pendingShares(uint256 requestId) external view returns (uint256) {
        GhostRequest storage r = _requests[requestId - 1];
        uint256 from = r.fromShares > finalizedShares ? r.fromShares : finalizedShares;
        return r.toShares > from ? r.toShares - from : 0;
    }

    function queuedShares() external view returns (uint256) {
        return _last().toShares - finalizedShares;
    }

    /// @notice The most that unfinalised requests can cost.
    function unfinalizedWei() external view returns (uint256) {
        return _last().toWei - finalizedWei;
    }

    /// @notice What can be claimed of all tickets together.
    function claimableWei() external view returns (uint256 sumWei) {
        for (uint256 requestId = 1; requestId <= _requests.length; ++requestId) {
            (uint256 payoutWei, , ) = payout(requestId);
            sumWei += payoutWei;
        }
    }

    /// @notice What a request was worth when it was made.
    function worthWei(uint256 requestId) external view returns (uint256) {
        return _requests[requestId - 1].toWei - _requests[requestId - 1].fromWei;
    }

    /// @notice How far a request is paid, as a position of the tape.
    function paidTo(uint256 requestId) external view returns (uint256) {
        return _requests[requestId - 1].paidTo;
    }

    /// @notice What a claim pays: in each stretch the lesser of the request's own ether and shares times rate.
    function payout(uint256 requestId) public view returns (uint256 payoutWei, uint256 allottedWei, uint256 paidTo_) {
        GhostRequest memory r = _requests[requestId - 1];
        paidTo_ = r.paidTo;
        for (uint256 i = 0; i < _stretches.length; ++i) {
            GhostStretch memory s = _stretches[i];
            uint256 from = r.paidTo > s.fromShares ? r.paidTo : s.fromShares;
            uint256 to = r.toShares < s.toShares ? r.toShares : s.toShares;
            if (from >= to) continue;
            uint256 byEtherWei = _weiAt(r, to) - _weiAt(r, from);
            uint256 byRateWei = ((to - s.fromShares) * s.rateRay) / RAY - ((from - s.fromShares) * s.rateRay) / RAY;
            payoutWei += byEtherWei < byRateWei ? byEtherWei : byRateWei;
            allottedWei += s.byEther ? byEtherWei : byRateWei;
            paidTo_ = to;
        }
    }

    function _weiAt(GhostRequest memory r, uint256 position) private pure returns (uint256) {
        return r.fromWei + ((r.toWei - r.fromWei) * (position - r.fromShares)) / (r.toShares - r.fromShares);
    }

    /// @dev Where in a request its ether reaches a sum; nowhere when that lies before it.
    function _sharesAt(GhostRequest memory r, uint256 sumWei) private pure returns (uint256) {
        if (sumWei <= r.fromWei) return 0;
        return r.fromShares + ((sumWei - r.fromWei) * (r.toShares - r.fromShares)) / (r.toWei - r.fromWei);
    }

    function _last() private view returns (GhostRequest memory last) {
        if (_requests.length != 0) last = _requests[_requests.length - 1];
    }
}
