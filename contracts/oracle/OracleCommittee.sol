// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {CodeBlob} from "../libraries/CodeBlob.sol";
import {SignatureList} from "../libraries/SignatureList.sol";
import {ReportId} from "../types/ReportTypes.sol";

/// @title OracleCommittee
/// @notice See {IOracleCommittee}.
contract OracleCommittee is IOracleCommittee, AccessManaged, EIP712 {
    using SignatureList for bytes;

    bytes32 private constant REPORT_TYPEHASH = keccak256(
        "Report(uint64 refSlot,bytes32 blockRoot,uint64 cutoffTimestamp,uint32 version,bytes32 reportHash)"
    );
    /// @dev Each member is a bit of one word.
    uint256 private constant MAX_MEMBERS = 64;

    /// @inheritdoc IOracleCommittee
    uint256 public immutable quorum;

    /// @dev The members as the code of an account: all of them cost one read.
    address private immutable MEMBERS;

    /// @dev refSlot (64 bits) and the first 192 bits of the digest: one slot a member, rewritten every frame.
    mapping(address member => bytes32) private _votes;
    /// @dev Bit i is set when member i is suspended.
    uint256 private _suspended;

    constructor(
        address authority,
        address[] memory members_,
        uint256 quorum_
    ) AccessManaged(authority) EIP712("ethSTAKE OracleCommittee", "1") {
        uint256 count = members_.length;
        require(count <= MAX_MEMBERS && quorum_ * 2 > count && quorum_ <= count, CommitteeInvalid(count, quorum_));
        address previous;
        for (uint256 i = 0; i < count; ++i) {
            require(members_[i] > previous, CommitteeInvalid(count, quorum_));
            previous = members_[i];
        }
        MEMBERS = CodeBlob.write(abi.encode(members_));
        quorum = quorum_;
    }

    // ---------------------------------------------------------------- Members

    /// @inheritdoc IOracleCommittee
    function members() public view returns (address[] memory) {
        return CodeBlob.readAddresses(MEMBERS);
    }

    /// @inheritdoc IOracleCommittee
    function isActiveMember(address account) external view returns (bool) {
        return _activeBit(account) != 0;
    }

    /// @inheritdoc IOracleCommittee
    function suspend(address member) external restricted {
        _setSuspended(member, true);
    }

    /// @inheritdoc IOracleCommittee
    function reinstate(address member) external restricted {
        _setSuspended(member, false);
    }

    function _setSuspended(address member, bool suspended) private {
        uint256 bit = _bitOf(member);
        require(bit != 0, NotMember(member));

        _suspended = suspended ? _suspended | bit : _suspended & ~bit;

        emit SuspensionChanged(member, suspended);
    }

    /// @dev The member's bit, or zero for strangers and the suspended.
    function _activeBit(address account) private view returns (uint256) {
        return _bitOf(account) & ~_suspended;
    }

    /// @dev The member's bit, or zero for strangers.
    function _bitOf(address account) private view returns (uint256) {
        address[] memory all = members();
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == account) return 1 << i;
        }
        return 0;
    }

    // ---------------------------------------------------------------- Vote

    /// @inheritdoc IOracleCommittee
    function vote(ReportId calldata id) external {
        require(_activeBit(msg.sender) != 0, NotMember(msg.sender));
        uint64 votedRefSlot = uint64(uint256(_votes[msg.sender]) >> 192);
        require(id.refSlot >= votedRefSlot, VoteOutdated(id.refSlot, votedRefSlot));

        bytes32 digest = digestOf(id);
        _votes[msg.sender] = _voteWord(id.refSlot, digest);

        emit Voted(msg.sender, id.refSlot, digest);
    }

    /// @inheritdoc IOracleCommittee
    function voteOf(address member) external view returns (uint64 refSlot, bytes24 digestPrefix) {
        bytes32 word = _votes[member];
        return (uint64(uint256(word) >> 192), bytes24(word << 64));
    }

    function _voteWord(uint64 refSlot, bytes32 digest) private pure returns (bytes32) {
        return bytes32((uint256(refSlot) << 192) | (uint256(digest) >> 64));
    }

    // ---------------------------------------------------------------- Agree

    /// @inheritdoc IOracleCommittee
    function digestOf(ReportId calldata id) public view returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(REPORT_TYPEHASH, id.refSlot, id.blockRoot, id.cutoffTimestamp, id.version, id.reportHash)
        );
        return _hashTypedDataV4(structHash);
    }

    /// @inheritdoc IOracleCommittee
    function isAgreed(ReportId calldata id, bytes calldata signatures) external view returns (bool) {
        uint256 count = signatures.count();
        bytes32 digest = digestOf(id);
        address[] memory all = members();
        uint256 suspended = _suspended;

        uint256 agreed;
        uint256 place;
        for (uint256 i = 0; i < count; ++i) {
            address signer = signatures.signerAt(i, digest);
            // Both lists ascend, so one walk through the members finds all signers, and nobody counts twice.
            while (place < all.length && all[place] < signer) ++place;
            uint256 bit = 1 << place;
            bool isActive = place < all.length && all[place] == signer && suspended & bit == 0;
            require(isActive, SignerNotAccepted(signer));
            agreed |= bit;
            ++place;
        }
        if (count >= quorum) return true;

        bytes32 word = _voteWord(id.refSlot, digest);
        for (uint256 i = 0; i < all.length && count < quorum; ++i) {
            bool counts = (agreed | suspended) & (1 << i) == 0 && _votes[all[i]] == word;
            if (counts) ++count;
        }
        return count >= quorum;
    }
}
