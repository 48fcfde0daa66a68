import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { EthStakeError, toEthStakeError } from "./errors.ts";

/** Readable by its owner alone: keys, passwords, key batches. */
export const SECRET_FILE_MODE = 0o600;
/** As above, and not writable either: a keystore never changes. */
export const SECRET_READ_ONLY_MODE = 0o400;
export const PUBLIC_FILE_MODE = 0o644;

export type WriteFileOptions = {
  /** Default 0644; give SECRET_FILE_MODE for anything secret. Set whatever the umask is. */
  mode?: number;
  /** Default false: an existing file stays and FILE_EXISTS is thrown. */
  overwrite?: boolean;
};

/**
 * Writes a whole file or nothing: a temporary file beside it, synced, then moved into place. A crash leaves the old
 * file or the new one, never half of one. Missing folders are made, with mode 0700 for secrets.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = PUBLIC_FILE_MODE, overwrite = false }: WriteFileOptions = {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: (mode & 0o077) === 0 ? 0o700 : 0o755 });
    await writeSynced(temporary, data, mode);
    await moveIntoPlace(temporary, path, overwrite);
    await syncFolder(dirname(path));
  } catch (error) {
    throw toEthStakeError(
      error,
      "FILE_WRITE_FAILED",
      `Cannot write ${path}: check that its folder can be written and has space`,
    );
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** True when a system call failed with this code, for instance ENOENT. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function writeSynced(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  // Opened with the final mode: there is no moment in which a secret can be read by others.
  const file = await open(path, "wx", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

// link() fails when the target exists, so of two writers only one can win; rename() replaces.
async function moveIntoPlace(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    throw new EthStakeError("FILE_EXISTS", `${path} exists and is not overwritten: move it away first`, {
      details: { path },
      cause: error,
    });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
