// `npm run roles` prints docs/roles.md; with --write it writes it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { rolesPage } from "./page.ts";

const page = rolesPage();
if (process.argv.includes("--write")) writeFileSync(join(import.meta.dirname, "..", "..", "docs", "roles.md"), page);
else console.log(page);
