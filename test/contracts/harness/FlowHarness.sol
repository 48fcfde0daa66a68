// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Flow, FlowTrace} from "../../../contracts/libraries/FlowTrace.sol";

/// @title The library in the open
contract FlowHarness {
    using FlowTrace for Flow;

    Flow private _flow;

    function addGwei(uint64 amountGwei, uint64 settledGwei) external returns (uint64) {
        return _flow.addGwei(amountGwei, settledGwei);
    }

    function latestGwei() external view returns (uint64) {
        return _flow.latestGwei();
    }

    function gweiAt(uint64 timestamp) external view returns (uint64) {
        return _flow.gweiAt(timestamp);
    }
}
