// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the handlers found to be wrong, by the id of the rule
/// @notice A handler sees what is between two states, an invariant sees only one state. So the handler writes down what
/// it saw, and the invariant of that name fails on it. The first finding of each rule is kept.
contract Findings {
    mapping(bytes32 rule => string) private _about;

    /// @notice Writes down that a rule was broken.
    function add(bytes32 rule, string calldata what) external {
        if (bytes(_about[rule]).length == 0) _about[rule] = what;
    }

    /// @notice What broke the rule, or nothing.
    function about(bytes32 rule) external view returns (string memory) {
        return _about[rule];
    }
}
