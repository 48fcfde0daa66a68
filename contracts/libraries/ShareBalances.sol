// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice What an account holds. A struct, so that its place is computed once.
struct Balance {
    uint256 shares;
}

/// @title Who holds how many shares
library ShareBalances {
    /// @notice Adds shares to a balance.
    function credit(mapping(address account => Balance) storage balances, address account, uint256 shares) internal {
        // Safe: all balances together are no more than the shares there are, which the pool keeps below 2^96.
        unchecked {
            balances[account].shares += shares;
        }
    }

    /// @notice Takes shares out of a balance; reverts when it has fewer.
    function debit(mapping(address account => Balance) storage balances, address account, uint256 shares) internal {
        Balance storage balance = balances[account];
        uint256 held = balance.shares;
        require(shares <= held, IERC20Errors.ERC20InsufficientBalance(account, held, shares));
        // Safe: checked in the line before.
        unchecked {
            balance.shares = held - shares;
        }
    }
}
