import { parseSize } from "@wb/cgroup";
import { UserError } from "../../user-error.ts";
import { parseFor } from "./flag-error.ts";

/**
 * The bytes of a flag such as `--shm-size 64m`: a number, or one with b, k, m, g, t or p.
 *
 * @throws UserError in docker's words (go-units, RAMInBytes)
 */
export function bytesOption(flag: string, text: string): number {
  return parseFor(flag, text, parseBytes);
}

/** @throws UserError in docker's words */
export function parseBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  const [, suffix] = /^[\d.]+ ?([^\d. ]+)$/.exec(text) ?? [];
  const reason = suffix === undefined ? `invalid size: '${text}'` : `invalid suffix: '${suffix.toLowerCase()}'`;
  throw new UserError(reason, { hint: "a number of bytes, or one with b, k, m or g: 64m" });
}
