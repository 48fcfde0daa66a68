import type { Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { bytesToHex, hexToBytes, isHexString } from "@ethereumjs/util";
import { z } from "zod";
import { INVALID_PARAMS, RpcError, SERVER_ERROR } from "./method.ts";

/** A tag, a number, a hash, or the object form of EIP-1898. */
export const blockOption = z
  .union([
    z.string(),
    z.object({ blockNumber: z.string() }).transform(({ blockNumber }) => blockNumber),
    z.object({ blockHash: z.string() }).transform(({ blockHash }) => blockHash),
  ])
  .optional();
export type BlockOption = z.infer<typeof blockOption>;

/** The block that a caller names. "pending" is the latest: no block is half built here. */
export async function findBlock(client: EthereumClient, option: BlockOption): Promise<Block> {
  const { chain } = client;
  switch (option) {
    case undefined:
    case "latest":
    case "pending":
      return chain.blocks.latest ?? chain.getCanonicalHeadBlock();
    case "earliest":
      return chain.getBlock(0n);
    case "safe":
      return known(chain.blocks.safe ?? (await chain.getCanonicalSafeBlock()), option);
    case "finalized":
      return known(chain.blocks.finalized ?? (await chain.getCanonicalFinalizedBlock()), option);
  }
  if (!isHexString(option) && !/^\d+$/.test(option)) {
    throw new RpcError(INVALID_PARAMS, `Not a block number, hash or tag: ${option}`);
  }
  if (isHexString(option, 32)) return chain.getBlock(hexToBytes(option));
  if (BigInt(option) > chain.headers.height)
    throw new RpcError(SERVER_ERROR, `Block ${BigInt(option)} does not exist yet`);
  return chain.getBlock(BigInt(option));
}

/** False for a block that was re-organised away. */
export async function isCanonical(client: EthereumClient, block: Block): Promise<boolean> {
  if (block.header.number > client.chain.headers.height) return false;
  const canonical = await client.chain.getBlock(block.header.number);
  return bytesToHex(canonical.hash()) === bytesToHex(block.hash());
}

function known(block: Block | undefined | null, tag: string): Block {
  if (block === undefined || block === null) throw new RpcError(SERVER_ERROR, `${tag} block not found`);
  return block;
}
