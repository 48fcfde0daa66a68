/** The flags of contracts/types/PoolTypes.sol. */
export const PAUSE = { stake: 1, withdraw: 2, deposit: 4, settle: 8 } as const;
export const PAUSE_ALL = 15;
