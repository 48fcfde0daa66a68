// The order of the parts is a rule here: programs share runtime/ and chain/ and never import each other.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const programs = ["oracle", "deposits", "keeper", "devnet", "deploy"];
const forbid = (from, targets) => ({
  files: [`${from}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: targets.map((t) => ({
          group: [`**/${t}/**`, `../${t}/*`],
          message: `${from}/ does not import ${t}/ (ARCHITECTURE.md)`,
        })),
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ["node_modules", "artifacts", "cache", "build", "coverage", "chain/abi"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
      "no-console": "off",
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { require: "readonly", exports: "writable", module: "writable" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  forbid("runtime", ["chain", ...programs, "cli", "scripts", "bench"]),
  forbid("chain", [...programs, "cli", "scripts", "bench"]),
  ...programs.map((p) => forbid(p, [...programs.filter((q) => q !== p), "cli", "scripts", "bench"])),
  forbid("cli", ["scripts", "bench"]),
  forbid("scripts", ["bench"]),
);
