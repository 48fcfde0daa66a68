import { expect } from "chai";

/**
 * Expects gas within bounds. `GAS_BOUNDS=off` where gas says nothing: in code that counts its lines, or that was compiled in
 * haste.
 */
export function expectGasWithin(gasUsed: bigint, least: number, most: number): void {
  if (process.env["GAS_BOUNDS"] !== "off") expect(Number(gasUsed)).to.be.within(least, most);
}
