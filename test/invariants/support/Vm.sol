// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The cheat codes that these tests use
/// @dev Written out here because forge-std is not published on npm by its authors.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function deal(address account, uint256 balanceWei) external;

    function etch(address account, bytes calldata code) external;

    function store(address account, bytes32 slot, bytes32 value) external;

    function warp(uint256 timestamp) external;

    function prank(address sender) external;

    function getCode(string calldata artifact) external view returns (bytes memory creationCode);

    function assertTrue(bool condition, string calldata otherwise) external pure;

    function assertEq(uint256 got, uint256 want, string calldata otherwise) external pure;

    function assertGe(uint256 got, uint256 least, string calldata otherwise) external pure;

    function assertLe(uint256 got, uint256 most, string calldata otherwise) external pure;
}

abstract contract TestBase {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev A number from `least` to `most`, both included.
    function _bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        if (x >= least && x <= most) return x;
        return least + (x % (most - least + 1));
    }

    /// @dev Puts ether into an account by force, as `selfdestruct` does: no code of it runs.
    function _force(address account, uint256 amountWei) internal {
        vm.deal(account, account.balance + amountWei);
    }
}
