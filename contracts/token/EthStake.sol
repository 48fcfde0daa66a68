// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1363} from "@openzeppelin/contracts/interfaces/IERC1363.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC1363Utils} from "@openzeppelin/contracts/token/ERC20/utils/ERC1363Utils.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IEthStake} from "../interfaces/IEthStake.sol";
import {IStakingPoolReader} from "../interfaces/IStakingPool.sol";
import {Balance, ShareBalances} from "../libraries/ShareBalances.sol";

/// @title EthStake
/// @notice See {IEthStake}. No proxy, no hook, no owner: a transfer costs what a bare ERC-20 costs, and no upgrade of
/// anything can take a balance that nobody gave. Shares that are sent to the token itself would be lost, so that is
/// refused; the shares minted to it at deployment are therefore locked for ever. The pool holds none either: what is
/// handed to it with a call is burned at once, and a plain transfer to it is refused.
contract EthStake is IEthStake, EIP712, Nonces, IERC20Errors {
    using ShareBalances for mapping(address account => Balance);

    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    /// @notice The only contract that mints, and that burns what holders hand to it.
    IStakingPoolReader public immutable POOL;

    mapping(address account => Balance) private _balances;
    mapping(address owner => mapping(address spender => uint256)) private _allowances;

    /// @notice The signed permit has expired.
    error PermitExpired(uint256 deadline);
    /// @notice The permit was not signed by the owner.
    error PermitSignerMismatch(address got, address want);

    constructor(IStakingPoolReader pool) EIP712("ethSTAKE", "1") {
        POOL = pool;
    }

    // ---------------------------------------------------------------- Metadata

    /// @inheritdoc IERC20Metadata
    function name() external pure returns (string memory) {
        return "ethSTAKE";
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external pure returns (string memory) {
        return "ethSTAKE";
    }

    /// @inheritdoc IERC20Metadata
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IERC1363).interfaceId;
    }

    // ---------------------------------------------------------------- Balances

    /// @inheritdoc IERC20
    /// @dev Shares are counted once, in the pool; queued shares belong to nobody any more.
    function totalSupply() external view returns (uint256) {
        return POOL.circulatingShares();
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _balances[account].shares;
    }

    /// @inheritdoc IERC20
    function allowance(address owner, address spender) external view returns (uint256) {
        return _allowances[owner][spender];
    }

    // ---------------------------------------------------------------- Transfer

    /// @inheritdoc IERC20
    function transfer(address to, uint256 shares) public returns (bool) {
        _transfer(msg.sender, to, shares);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 shares) public returns (bool) {
        _spendAllowance(from, msg.sender, shares);
        _transfer(from, to, shares);
        return true;
    }

    /// @inheritdoc IERC1363
    function transferAndCall(address to, uint256 shares) external returns (bool) {
        return transferAndCall(to, shares, "");
    }

    /// @inheritdoc IERC1363
    function transferAndCall(address to, uint256 shares, bytes memory data) public returns (bool) {
        _hand(msg.sender, to, shares);
        ERC1363Utils.checkOnERC1363TransferReceived(msg.sender, msg.sender, to, shares, data);
        return true;
    }

    /// @inheritdoc IERC1363
    function transferFromAndCall(address from, address to, uint256 shares) external returns (bool) {
        return transferFromAndCall(from, to, shares, "");
    }

    /// @inheritdoc IERC1363
    function transferFromAndCall(address from, address to, uint256 shares, bytes memory data) public returns (bool) {
        _spendAllowance(from, msg.sender, shares);
        _hand(from, to, shares);
        ERC1363Utils.checkOnERC1363TransferReceived(msg.sender, from, to, shares, data);
        return true;
    }

    function _transfer(address from, address to, uint256 shares) private {
        require(to != address(0) && to != address(this) && to != address(POOL), ERC20InvalidReceiver(to));

        _balances.debit(from, shares);
        _balances.credit(to, shares);

        emit Transfer(from, to, shares);
    }

    /// @dev Before a call to the receiver. The pool is told of shares that are burned already: it never holds any.
    function _hand(address from, address to, uint256 shares) private {
        if (to == address(POOL)) _burn(from, shares);
        else _transfer(from, to, shares);
    }

    // ---------------------------------------------------------------- Approve

    /// @inheritdoc IERC20
    function approve(address spender, uint256 shares) public returns (bool) {
        _approve(msg.sender, spender, shares);
        return true;
    }

    /// @inheritdoc IERC1363
    function approveAndCall(address spender, uint256 shares) external returns (bool) {
        return approveAndCall(spender, shares, "");
    }

    /// @inheritdoc IERC1363
    function approveAndCall(address spender, uint256 shares, bytes memory data) public returns (bool) {
        _approve(msg.sender, spender, shares);
        ERC1363Utils.checkOnERC1363ApprovalReceived(msg.sender, spender, shares, data);
        return true;
    }

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 shares,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        require(block.timestamp <= deadline, PermitExpired(deadline));
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, shares, _useNonce(owner), deadline));
        address signer = ECDSA.recover(_hashTypedDataV4(structHash), v, r, s);
        require(signer == owner, PermitSignerMismatch(signer, owner));

        _approve(owner, spender, shares);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(Nonces, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _approve(address owner, address spender, uint256 shares) private {
        require(spender != address(0), ERC20InvalidSpender(spender));
        _allowances[owner][spender] = shares;
        emit Approval(owner, spender, shares);
    }

    function _spendAllowance(address owner, address spender, uint256 shares) private {
        uint256 allowed = _allowances[owner][spender];
        if (allowed == type(uint256).max) return;
        require(allowed >= shares, ERC20InsufficientAllowance(spender, allowed, shares));
        _allowances[owner][spender] = allowed - shares;
    }

    // ---------------------------------------------------------------- Mint and burn

    /// @inheritdoc IEthStake
    function mint(address receiver, uint256 shares) external {
        require(msg.sender == address(POOL), NotPool(msg.sender));
        _balances.credit(receiver, shares);
        emit Transfer(address(0), receiver, shares);
    }

    /// @inheritdoc IEthStake
    function burnFrom(address holder, uint256 shares) external {
        require(msg.sender == address(POOL), NotPool(msg.sender));
        _spendAllowance(holder, msg.sender, shares);
        _burn(holder, shares);
    }

    function _burn(address holder, uint256 shares) private {
        _balances.debit(holder, shares);
        emit Transfer(holder, address(0), shares);
    }
}
