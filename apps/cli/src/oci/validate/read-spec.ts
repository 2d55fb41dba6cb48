import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { UserError } from "../../user-error.ts";
import type { Spec } from "../spec.ts";
import { ConfigError } from "./config-error.ts";
import { readJson } from "./read-json.ts";
import { validateSpec } from "./validate-spec.ts";

/** A configuration: a bundle's `config.json`. @throws ConfigError, UserError where there is none */
export function readSpec(file: string): Spec {
  const fd = open(file);
  try {
    if (!fstatSync(fd).isFile())
      throw new ConfigError(NAME, [{ path: "", message: "is no regular file: one was expected" }]);
    return validateSpec(readJson(fd, NAME), NAME);
  } finally {
    closeSync(fd);
  }
}

const NAME = "config.json";

/** Without waiting, should it be a FIFO. */
function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    // Engines look for runc's words.
    if (code === "ENOENT")
      throw new UserError(`JSON specification file ${NAME} not found`, {
        hint: `make ${path} by: wb oci spec`,
        cause: error,
      });
    throw new UserError(`${path}: cannot be opened: ${String(code)}`, { cause: error });
  }
}
