import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { decodeKeyBatchFile, type KeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";

/**
 * The key batches in a folder. A file that cannot be read as one is told of and passed over: one operator's mistake must
 * not stop the deposits of the others.
 */
export async function readKeyBatches(folder: string, logger: Logger): Promise<KeyBatchFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new EthStakeError("KEY_BATCH_FOLDER_MISSING", `Make the folder of key batches readable: ${folder}`, {
      cause,
    });
  });
  const batches: KeyBatchFile[] = [];
  for (const name of names.filter((candidate) => /^key_batch.*\.json$/.test(candidate)).sort()) {
    try {
      batches.push(decodeKeyBatchFile(await readFile(join(folder, name), "utf8"), name));
    } catch (error) {
      const { code, message } = toEthStakeError(error, "KEY_BATCH_MALFORMED");
      logger.warn("Key batch file passed over", { name, code, message });
    }
  }
  return batches;
}
