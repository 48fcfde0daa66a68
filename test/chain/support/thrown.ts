import { EthStakeError } from "../../../runtime/errors.ts";

/** The EthStakeError that an action fails with; anything else fails the test. */
export async function thrownBy(action: () => unknown): Promise<EthStakeError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof EthStakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
