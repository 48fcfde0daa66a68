// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {RegistryChain} from "../types/OperatorTypes.sol";

/// @title When an SLA period has been judged
library SlaCalendar {
    using SafeCast for uint256;

    /// @notice When bond that is asked back now may leave: nothing of the period that contains now may be unjudged, or
    /// judged and still open to an appeal.
    ///
    ///     ──┬── period ──────── now ──┬── frame ──┬── appeal window ──┬──
    ///                              refSlot     report              readyAt, or later by the delay
    ///
    /// @param delaySeconds Least time from now.
    /// @return readyAt Time from which it may leave, in seconds.
    /// @return refSlot Last slot of the period; a report of it or of a later slot must be settled.
    function bondExit(
        RegistryChain memory chain,
        uint256 delaySeconds,
        uint256 appealWindowSeconds
    ) internal view returns (uint64 readyAt, uint64 refSlot) {
        uint256 slotsPerPeriod = uint256(chain.slotsPerFrame) * chain.framesPerPeriod;
        uint256 slot = (block.timestamp - chain.genesisTime) / chain.secondsPerSlot;
        uint256 end = (slot / slotsPerPeriod + 1) * slotsPerPeriod;
        uint256 reportedBy = chain.genesisTime + (end + chain.slotsPerFrame) * chain.secondsPerSlot;

        refSlot = (end - 1).toUint64();
        readyAt = Math.max(block.timestamp + delaySeconds, reportedBy + appealWindowSeconds).toUint64();
    }
}
