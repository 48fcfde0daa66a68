// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RegistryParameters} from "../types/OperatorTypes.sol";

/// @notice Ether of stakers on proven validators by the client software that runs them, in Gwei.
/// @param totalGwei All of it.
/// @param executionGwei By execution client: the first two letters of a pair.
/// @param consensusGwei By consensus client: the last two letters of a pair.
struct ClientLedger {
    uint64 totalGwei;
    mapping(bytes2 client => uint64) executionGwei;
    mapping(bytes2 client => uint64) consensusGwei;
}

/// @title How much ether runs on which client, and how much more may
/// @notice Every ether counts twice: for its execution client, and for its consensus client.
library ClientDiversity {
    uint256 private constant BPS = 10_000;

    /// @notice Whether four letters name a pair of clients.
    function isPair(bytes4 pair) internal pure returns (bool) {
        for (uint256 i = 0; i < 4; ++i) {
            if (pair[i] < "A" || pair[i] > "Z") return false;
        }
        return true;
    }

    /// @notice Ether on either client of a pair, in Gwei.
    function gweiOf(
        ClientLedger storage ledger,
        bytes4 pair
    ) internal view returns (uint64 executionGwei, uint64 consensusGwei) {
        return (ledger.executionGwei[_execution(pair)], ledger.consensusGwei[_consensus(pair)]);
    }

    /// @notice Books ether that begins to run on a pair.
    function add(ClientLedger storage ledger, bytes4 pair, uint64 amountGwei) internal {
        ledger.totalGwei += amountGwei;
        ledger.executionGwei[_execution(pair)] += amountGwei;
        ledger.consensusGwei[_consensus(pair)] += amountGwei;
    }

    /// @notice Books ether that has left a pair.
    function subtract(ClientLedger storage ledger, bytes4 pair, uint64 amountGwei) internal {
        ledger.totalGwei -= amountGwei;
        ledger.executionGwei[_execution(pair)] -= amountGwei;
        ledger.consensusGwei[_consensus(pair)] -= amountGwei;
    }

    /// @notice The most that may be added to a pair, in Gwei: after it, either client has at most its part of the whole,
    /// or no more than the floor.
    function roomGwei(
        ClientLedger storage ledger,
        bytes4 pair,
        RegistryParameters storage p
    ) internal view returns (uint256) {
        (uint256 capBps, uint256 floorGwei) = (p.clientCapBps, p.clientCapFloorGwei);
        if (capBps >= BPS) return type(uint64).max;
        (uint64 executionGwei, uint64 consensusGwei) = gweiOf(ledger, pair);
        uint256 haveGwei = Math.max(executionGwei, consensusGwei);
        // The whole grows with the part: (have + x) * BPS <= (total + x) * cap, solved for x.
        uint256 underCap = Math.saturatingSub(ledger.totalGwei * capBps, haveGwei * BPS) / (BPS - capBps);
        return Math.max(underCap, Math.saturatingSub(floorGwei, haveGwei));
    }

    function _execution(bytes4 pair) private pure returns (bytes2) {
        return bytes2(pair);
    }

    function _consensus(bytes4 pair) private pure returns (bytes2) {
        return bytes2(pair << 16);
    }
}
