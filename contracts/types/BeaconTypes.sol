// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The header of a beacon block, as the consensus specification orders its fields.
/// @dev https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#beaconblockheader
struct BeaconBlockHeader {
    uint64 slot;
    uint64 proposerIndex;
    bytes32 parentRoot;
    bytes32 stateRoot;
    bytes32 bodyRoot;
}

/// @notice A beacon block that the execution chain itself knows.
/// @param childTimestamp Timestamp, in seconds, of the execution block whose parent beacon block this header is:
/// the key of its root in the EIP-4788 contract.
/// @param header The header; its root must be what EIP-4788 answers for `childTimestamp`.
struct BeaconAnchor {
    uint64 childTimestamp;
    BeaconBlockHeader header;
}

/// @notice Facts about validators of one state, with the siblings that they need together.
/// @param records One after the other, in ascending order of the index: the index (5 bytes, big-endian), then the
/// record as SSZ writes it (121 bytes). {ValidatorRecords} reads them.
/// @param siblings The nodes that cannot be computed from the records, in the order in which the tree is climbed: of
/// the greatest generalised index first. None is left over.
struct ValidatorMultiproof {
    bytes records;
    bytes32[] siblings;
}

/// @notice A balance and its place in the beacon state.
/// @param index Position in `BeaconState.balances`.
/// @param leaf The leaf that the balance is in: four of them, as SSZ writes them.
/// @param branch Siblings from the leaf to the state root, leaf first.
struct BalanceProof {
    uint40 index;
    bytes32 leaf;
    bytes32[] branch;
}

/// @notice How a beacon state is merkleised.
/// @dev `Container`: Electra and Fulu, plain containers and lists of a limit. `Progressive`: Gloas (EIP-7688).
enum StateLayout {
    Container,
    Progressive
}

/// @notice The slots from which states have which layout.
/// @param containerSlot First slot of a plain container: Electra, and Fulu which only adds a field.
/// @param progressiveSlot First slot of a progressive container: Gloas. That of `closingSlot` where Gloas is not
/// scheduled.
/// @param closingSlot First slot of which nothing is known: from it on every proof is refused.
struct StateLayouts {
    uint64 containerSlot;
    uint64 progressiveSlot;
    uint64 closingSlot;
}
