// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReportId} from "../types/ReportTypes.sol";

/// @title OracleCommittee: k-of-n agreement on a report, by signatures or votes
/// @notice Immutable: members change by naming a new committee. A guardian may suspend a member; k stays.
interface IOracleCommittee {
    /// @notice Members must be in ascending order, not zero, and the quorum more than half of them.
    error CommitteeInvalid(uint256 members, uint256 quorum);
    /// @notice The signer is no member, is suspended, or signatures are not in ascending order.
    error SignerNotAccepted(address signer);
    /// @notice Signatures have 65 bytes each.
    error SignatureLength(uint256 length);
    /// @notice The caller is not a member, or is suspended.
    error NotMember(address caller);
    /// @notice The member has voted for a later frame.
    error VoteOutdated(uint64 refSlot, uint64 votedRefSlot);

    /// @notice A member voted.
    event Voted(address indexed member, uint64 indexed refSlot, bytes32 digest);
    /// @notice A guardian suspended a member, or took it back.
    event SuspensionChanged(address indexed member, bool suspended);

    /// @notice The members, in ascending order.
    function members() external view returns (address[] memory);

    /// @notice How many must agree.
    function quorum() external view returns (uint256);

    /// @notice Whether a member's agreement counts now.
    function isActiveMember(address account) external view returns (bool);

    /// @notice The EIP-712 hash that members sign.
    function digestOf(ReportId calldata id) external view returns (bytes32);

    /// @notice What a member last voted for.
    function voteOf(address member) external view returns (uint64 refSlot, bytes24 digestPrefix);

    /// @notice Whether enough members agree, counting signatures and votes, each member once.
    /// @param signatures 65 bytes each (r, s, v), in ascending order of member.
    function isAgreed(ReportId calldata id, bytes calldata signatures) external view returns (bool);

    /// @notice Votes on chain; used when the exchange of signatures fails. A later vote replaces an earlier one.
    /// Only members.
    function vote(ReportId calldata id) external;

    /// @notice Stops counting a member. Guardian.
    function suspend(address member) external;

    /// @notice Counts a member again. Administrator.
    function reinstate(address member) external;
}
