// Code that counts its lines is kept apart: it is too large to deploy, and nothing else should be tested on it.
import { defineConfig } from "hardhat/config";

import config from "../../hardhat.config.ts";

const folder = "cache/coverage";

export default defineConfig({
  ...config,
  paths: { ...config.paths, artifacts: `${folder}/artifacts`, cache: `${folder}/cache` },
});
