import { join } from "node:path";

import { toEthStakeError } from "../../runtime/errors.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Performance } from "../decide/performance.ts";
import { performanceFileName, stringifyPerformance } from "../store/performance-json.ts";

/** Writes the record of a frame for operators. Nothing depends on it, so a full disk is told and stops nothing. */
export type Publish = (performance: Performance) => Promise<void>;

/** Writes into a folder that a web server shows; without one, nothing. */
export function createPublish(folder: string | undefined, logger: Logger): Publish {
  if (folder === undefined) return async () => undefined;
  return async (performance) => {
    const path = join(folder, performanceFileName(performance.report.refSlot));
    try {
      await writeFileAtomic(path, stringifyPerformance(performance), { overwrite: true });
    } catch (error) {
      logger.error("The performance of operators could not be published", { path, error: toEthStakeError(error) });
    }
  };
}
