import { resolve } from "node:path";
import { flagError } from "./flag-error.ts";

/**
 * The path that `--cidfile` names, from the working directory.
 *
 * @throws UserError for none
 */
export function cidFile(text: string): string {
  if (text === "" || text.includes("\0"))
    throw flagError("--cidfile", text, "a path is meant", "for example ./web.cid");
  return resolve(text);
}
