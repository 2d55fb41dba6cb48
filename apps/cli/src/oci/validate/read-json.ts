import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "../../user-error.ts";
import { ConfigError } from "./config-error.ts";
import { parseJson } from "./parse-json.ts";

/** Bytes of the largest document that is read: 16 MiB. */
const MOST = 2 ** 24;

/**
 * The JSON value of a file, a pipe, or a descriptor that is open.
 *
 * @param source its name, for errors
 * @throws ConfigError for what is not JSON, or more than 16 MiB of it; UserError for what cannot be read
 */
export function readJson(file: string | number, source: string = String(file)): unknown {
  const fd = typeof file === "number" ? file : open(file, source);
  try {
    if (fstatSync(fd).isDirectory()) throw refused(source, "is a directory: a file was expected");
    return parseJson(readAll(fd, source), source);
  } finally {
    if (fd !== file) closeSync(fd);
  }
}

function open(path: string, source: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOCTTY);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UserError(`${source}: cannot be opened: ${code}`, { cause: error });
  }
}

function readAll(fd: number, source: string): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length <= MOST;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const count = readSync(fd, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  throw refused(source, "is larger than 16 MiB: a configuration was expected");
}

/** As much as most have. */
const CHUNK = 2 ** 16;

function refused(source: string, message: string): ConfigError {
  return new ConfigError(source, [{ path: "", message }]);
}
