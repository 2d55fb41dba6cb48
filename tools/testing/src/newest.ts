import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** When the newest file below a directory was changed, in ms since 1970: what was built of it must be newer. */
export function newest(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(join(directory, file)).mtimeMs));
}
