/** Codes of `/eth/v2/node/version`: https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md */
const NAMES: Readonly<Record<string, string>> = {
  cp: "caplin",
  gd: "grandine",
  lh: "lighthouse",
  ls: "lodestar",
  nb: "nimbus",
  tk: "teku",
  pm: "prysm",
};

/** The client software out of what a beacon node says of its version: "Lodestar/v1.44.0/x" and "LS/v1.44.0" are one. */
export function consensusClientOf(version: string): string {
  const [name = ""] = version.trim().toLowerCase().split(/[/\s]/);
  return NAMES[name] ?? name;
}
