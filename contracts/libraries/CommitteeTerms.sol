// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A committee, and the first reference slot that it counts for.
struct CommitteeTerm {
    address committee;
    uint64 firstRefSlot;
}

/// @notice All terms; the newest one stands in a slot of its own.
struct Committees {
    CommitteeTerm newest;
    CommitteeTerm[] earlier;
}

/// @title Which committee counts for which report
library CommitteeTerms {
    /// @notice The committee for a reference slot.
    function at(Committees storage terms, uint64 refSlot) internal view returns (address) {
        CommitteeTerm memory term = terms.newest;
        // Nearly always: one slot is read, and not how many terms came before.
        if (term.firstRefSlot <= refSlot) return term.committee;
        // Terms are few.
        for (uint256 i = terms.earlier.length; term.firstRefSlot > refSlot && i > 0; --i) term = terms.earlier[i - 1];
        return term.committee;
    }

    /// @notice Names a committee, and forgets terms that would have begun at or after this one.
    function begin(Committees storage terms, address committee, uint64 firstRefSlot) internal {
        CommitteeTerm[] storage earlier = terms.earlier;
        if (terms.newest.firstRefSlot < firstRefSlot) {
            if (terms.newest.committee != address(0)) earlier.push(terms.newest);
        } else {
            while (earlier.length != 0 && earlier[earlier.length - 1].firstRefSlot >= firstRefSlot) earlier.pop();
        }
        terms.newest = CommitteeTerm(committee, firstRefSlot);
    }
}
