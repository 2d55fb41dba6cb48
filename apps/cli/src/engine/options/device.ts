import { isAbsolute, resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { parseFor } from "./flag-error.ts";

/** A device of the host for a container. */
export interface DeviceOption {
  readonly source: string;
  readonly destination: string;
  /** Of `r` (read), `w` (write) and `m` (mknod). */
  readonly permissions: string;
}

/**
 * Parses `--device SRC[:DST][:rwm]` (docker/cli, validateLinuxPath and parseLinuxDevice).
 *
 * @throws UserError in docker's words
 */
export function parseDevice(text: string): DeviceOption {
  return parseFor("--device", text, deviceOf);
}

function deviceOf(text: string): DeviceOption {
  const [source = "", second, third, ...more] = text.split(":");
  if (source === "" || more.length > 0) throw invalid(`bad format for path: ${text}`);
  if (third !== undefined && !isMode(third)) throw invalid(`bad mode specified: ${third}`);
  const isDestination = second !== undefined && (third !== undefined || !isMode(second));
  const inside = isDestination ? second : source;
  if (!isAbsolute(inside)) throw invalid(`${inside} is not an absolute path`);
  return {
    source: resolve(source),
    destination: resolve(inside),
    permissions: third ?? (isDestination ? undefined : second) ?? "rwm",
  };
}

/** Each letter once at most. */
function isMode(text: string): boolean {
  return /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
}

function invalid(reason: string): UserError {
  return new UserError(reason, { hint: "SRC, SRC:DST, SRC:rwm or SRC:DST:rwm: /dev/fuse, /dev/sdb:/dev/disk:r" });
}
