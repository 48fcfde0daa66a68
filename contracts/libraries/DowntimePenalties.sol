// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {Breach, RegistryParameters} from "../types/OperatorTypes.sol";
import {OperatorRecord} from "./OperatorBook.sol";

/// @title What missed duties cost
library DowntimePenalties {
    uint256 private constant BPS = 10_000;

    /// @notice The penalty of each breach of a report, in wei: in proportion to the duties missed beyond the allowance, at
    /// most a part of the operator's bond, and all together at most the cap of a report, of which each bears its part.
    function ofReport(
        Breach[] calldata breaches,
        mapping(uint32 operatorId => OperatorRecord) storage operators,
        IStakingPool pool,
        RegistryParameters memory p
    ) internal view returns (uint256[] memory penaltiesWei) {
        penaltiesWei = new uint256[](breaches.length);
        uint256 sumWei;
        for (uint256 i = 0; i < breaches.length; ++i) {
            uint256 bondWei = pool.convertToAssets(operators[breaches[i].operatorId].bond.shares);
            uint256 penaltyWei = (uint256(breaches[i].missedGweiEpochs) * p.downtimePenaltyWeiPerEthEpoch) / 1 gwei;
            penaltiesWei[i] = Math.min(penaltyWei, (bondWei * p.maxDowntimeLockBps) / BPS);
            sumWei += penaltiesWei[i];
        }
        if (sumWei <= p.maxPeriodLockWei) return penaltiesWei;

        for (uint256 i = 0; i < breaches.length; ++i) {
            penaltiesWei[i] = (penaltiesWei[i] * p.maxPeriodLockWei) / sumWei;
        }
    }
}
