import { readFile } from "node:fs/promises";
import { join } from "node:path";

const docs = join(import.meta.dirname, "..", "..", "docs");

/** What a page of docs lists in its table, each metric as "type name labels". */
export async function documentedMetrics(page: string): Promise<{ text: string; metrics: string[] }> {
  const text = await readFile(join(docs, page), "utf8");
  const metrics = [...text.matchAll(/^\| (`.+) \| (gauge|counter|histogram) \|/gm)].flatMap(([, names = "", type]) =>
    [...names.matchAll(/`([a-z_]+)(?:\{([a-z_,]+)\})?`/g)].map(([, name, labels = ""]) => `${type} ${name} ${labels}`),
  );
  return { text, metrics };
}

/** The same of what a program shows; metrics with labels need a value. */
export function registeredMetrics(text: string, prefix: string): string[] {
  return [...text.matchAll(new RegExp(`^# TYPE ${prefix}_(\\w+) (\\w+)$`, "gm"))].map(([, name = "", type]) => {
    const labels = new RegExp(`^${prefix}_${name}\\{(.*)\\} `, "m").exec(text)?.[1] ?? "";
    return `${type} ${name} ${labels.replace(/="[^"]*"/g, "")}`;
  });
}
