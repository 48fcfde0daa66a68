import type { SignedVoluntaryExit, ValidatorApi } from "../beacon/validator-api.ts";
import { toEthStakeError } from "../../runtime/errors.ts";

export type NodeAnswer = { node: string; accepted: boolean; code?: string; message?: string };

/** Gives an exit to every node; what one of them refuses does not keep it from the others. */
export async function sendExit(nodes: readonly ValidatorApi[], exit: SignedVoluntaryExit): Promise<NodeAnswer[]> {
  return Promise.all(
    nodes.map(async (node) => {
      try {
        await node.publishVoluntaryExit(exit);
        return { node: node.node, accepted: true };
      } catch (error) {
        const { code, message } = toEthStakeError(error);
        return { node: node.node, accepted: false, code, message };
      }
    }),
  );
}
