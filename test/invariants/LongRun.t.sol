// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProtocolRules} from "./support/ProtocolRules.sol";

/// @title All rules after every call of one campaign: what `npm run fuzz` runs for as long as it is told to
/// @dev Campaigns of one seed make the same calls, so a long run of each rule by itself would see nothing more.
contract LongRunTest is ProtocolRules {
    function invariant_everything() external view {
        _everything();
    }
}
