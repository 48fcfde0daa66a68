// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev An account with code, as owner or receiver of tickets. Does what the test tells it, also while it is paid.
contract Payee {
    enum Mode {
        Accept,
        Refuse,
        BurnGas,
        RunScript
    }

    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    struct Outcome {
        bool ok;
        bytes answer;
    }

    Mode private _mode;
    Call[] private _script;
    Outcome[] private _outcomes;
    bool private _running;

    /// @dev Payments that come while the script runs are taken in silence.
    receive() external payable {
        require(_mode != Mode.Refuse, "refused");
        if (_mode == Mode.BurnGas) {
            assembly ("memory-safe") {
                invalid() // takes all gas that it was given, at once
            }
        }
        if (_mode == Mode.RunScript && !_running) _run();
    }

    function setMode(Mode mode) external {
        _mode = mode;
    }

    /// @dev The calls to make on the next payment, each of which may fail.
    function setScript(Call[] calldata script) external {
        _mode = Mode.RunScript;
        delete _script;
        for (uint256 i = 0; i < script.length; ++i) _script.push(script[i]);
    }

    /// @dev What became of the calls of all payments so far.
    function outcomes() external view returns (Outcome[] memory) {
        return _outcomes;
    }

    /// @dev Calls out for the test, and passes a failure on.
    function execute(address target, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        (bool ok, bytes memory answer) = target.call{value: value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }

    function _run() private {
        _running = true;
        for (uint256 i = 0; i < _script.length; ++i) {
            (bool ok, bytes memory answer) = _script[i].target.call{value: _script[i].value}(_script[i].data);
            _outcomes.push(Outcome(ok, answer));
        }
        _running = false;
    }
}
