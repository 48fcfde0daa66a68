import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Artifact, ArtifactResolver, BuildInfo } from "@nomicfoundation/ignition-core";

import { EthStakeError } from "../runtime/errors.ts";

/** Where `npm run build` puts what the compiler made. */
export const ARTIFACTS_FOLDER = join(import.meta.dirname, "..", "artifacts");

/**
 * Finds contracts by their name in the artifacts of the last build. Ignition is used without the rest of Hardhat, so
 * that a deployment starts in a second and does not depend on the folder it is started in.
 */
export function createArtifactResolver(folder = ARTIFACTS_FOLDER): ArtifactResolver {
  let index: Promise<ReadonlyMap<string, string>> | undefined;

  const load = async (name: string): Promise<Artifact> => {
    const path = (await (index ??= indexOf(folder))).get(name);
    if (path === undefined) throw notBuilt(name, folder);
    return JSON.parse(await readFile(path, "utf8")) as Artifact;
  };

  return {
    loadArtifact: load,
    getBuildInfo: async (name) => {
      const { buildInfoId } = await load(name);
      if (buildInfoId === undefined) return undefined;
      return JSON.parse(await readFile(join(folder, "build-info", `${buildInfoId}.json`), "utf8")) as BuildInfo;
    },
  };
}

/** Hardhat writes `folder/.../Name.sol/Name.json` for every contract. */
async function indexOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw notBuilt("the contracts", folder, cause);
  });
  const artifacts = files.filter((file) => file.endsWith(".json") && dirname(file).endsWith(".sol"));
  return new Map(artifacts.map((file) => [basename(file, ".json"), join(folder, file)]));
}

function notBuilt(name: string, folder: string, cause?: unknown): EthStakeError {
  return new EthStakeError("NOT_BUILT", `Run "npm run build" first: there is no artifact of ${name}`, {
    details: { folder },
    cause,
  });
}
