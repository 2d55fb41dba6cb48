import { quote } from "@wb/syscall";
import { type ByteString, textOf } from "./byte-string.ts";

/**
 * Why an archive is refused:
 * - `WB_TAR_INVALID`: it is no tar archive, or a broken one
 * - `WB_TAR_TRUNCATED`: it ends too early
 * - `WB_TAR_UNSAFE`: an entry would be outside the directory, or depends on what is not in it
 * - `WB_TAR_UNSUPPORTED`: it is compressed, and the program for that is missing
 * - `WB_TAR_TOO_LARGE`: it has more than the limits that were given
 */
export type TarErrorCode =
  | "WB_TAR_INVALID"
  | "WB_TAR_TRUNCATED"
  | "WB_TAR_UNSAFE"
  | "WB_TAR_UNSUPPORTED"
  | "WB_TAR_TOO_LARGE";

export interface TarErrorOptions {
  readonly code?: TarErrorCode;
  /** Where the entry's header begins, in bytes from the start of the archive as it is when it is not compressed. */
  readonly offset: number;
  /** The entry's name, once it is known. */
  readonly entry?: ByteString | undefined;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An archive that is refused, with the entry and the place that are the reason. */
export class TarError extends Error {
  readonly code: TarErrorCode;
  readonly offset: number;
  /** The entry's name as text. */
  declare readonly entry?: string;
  /** The remedy, where one is known. */
  declare readonly hint?: string;

  constructor(problem: string, { code = "WB_TAR_INVALID", offset, entry, hint, cause }: TarErrorOptions) {
    const where = entry === undefined ? `at byte ${offset}` : `${quote(textOf(entry))}, at byte ${offset}`;
    super(`the archive's entry ${where}: ${problem}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.offset = offset;
    if (entry !== undefined) this.entry = textOf(entry);
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(TarError.prototype, "name", { value: "TarError", configurable: true, writable: true });
