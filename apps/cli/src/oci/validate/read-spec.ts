import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../user-error.ts";
import type { Spec } from "../spec.ts";
import { ConfigError } from "./config-error.ts";
import { readJson } from "./read-json.ts";
import { validateSpec } from "./validate-spec.ts";

/**
 * The configuration in a file, which is the `config.json` of a bundle.
 *
 * @param before called with what is in it, whatever that is, before it is validated
 * @throws ConfigError for one that cannot be used, UserError where there is none
 */
export function readSpec(file: string, before?: (json: unknown) => void): Spec {
  const fd = open(file);
  const name = basename(file);
  try {
    if (!fstatSync(fd).isFile())
      throw new ConfigError(name, [{ path: "", message: "is no regular file: one was expected" }]);
    const json = readJson(fd, name);
    before?.(json);
    return validateSpec(json, name);
  } finally {
    closeSync(fd);
  }
}

/** Without waiting, should it be a FIFO. */
function open(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    // In runc's words, where there is none.
    const what = code === "ENOENT" || code === "ENOTDIR" ? `JSON specification file ${basename(file)} not found` : code;
    throw new UserError(`cannot read ${file}: ${what}`, {
      hint: "--bundle DIRECTORY names another bundle; 'wb oci spec' writes a config.json",
      cause,
    });
  }
}
