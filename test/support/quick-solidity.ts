import { globSync } from "node:fs";

import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Compiles the Solidity files of a folder with legacy code generation, in a tenth of the time: for models and handlers of
 * tests, which are not deployed. Hardhat compiles files together when they share one settings *object*; overrides in its
 * configuration make an object for each file, so they are set here, after it was read.
 *
 * @example
 * defineConfig({ plugins: [quickSolidity("test/invariants")] });
 */
export function quickSolidity(folder: string): HardhatPlugin {
  return {
    id: "ethstake-quick-solidity",
    hookHandlers: {
      config: async () => ({
        default: async () => ({
          resolveUserConfig: async (userConfig, resolveVariable, next) => {
            const config = await next(userConfig, resolveVariable);
            const profile = config.solidity.profiles["default"];
            const [solc] = profile?.compilers ?? [];
            if (profile === undefined || solc === undefined) return config;
            const quick = { ...solc, settings: { ...solc.settings, viaIR: false } };
            for (const file of globSync(`${folder}/**/*.sol`, { cwd: config.paths.root }))
              profile.overrides[file] = quick;
            return config;
          },
        }),
      }),
    },
  };
}
