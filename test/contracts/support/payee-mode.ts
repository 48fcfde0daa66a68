/** The modes of test/contracts/harness/Payee.sol. */
export const PAYEE_MODE = { accept: 0, refuse: 1, burnGas: 2, runScript: 3 } as const;
