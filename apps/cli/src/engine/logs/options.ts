import { UserError } from "../../user-error.ts";
import { parseDecimalSize } from "./parse-decimal-size.ts";

/** Where the output of a container goes. */
export interface LogOptions {
  /** docker's name, as it was given. `json-file` is written as `local` is. */
  readonly driver: "json-file" | "local" | "none";
  /** As given, for `wb inspect`. */
  readonly options: Readonly<Record<string, string>>;
  /** Bytes at which a file is rotated; undefined: never. */
  readonly maxSize: number | undefined;
  /** How many files there are at most, with the one that is written. */
  readonly maxFile: number;
}

/**
 * Checks `--log-driver` and all `--log-opt` in the order and with the words of docker's client and daemon. What is not given is
 * what it is for docker's `local`, for `json-file` as well: 5 files of 20 MiB.
 *
 * @throws UserError naming the driver or the option
 */
export function logOptions(driver: string | undefined, given: readonly string[] = []): LogOptions {
  const name = driver ?? "json-file";
  const options = Object.fromEntries(given.map(keyAndValue));
  if (name === "none") {
    if (given.length > 0) throw new UserError("invalid logging opts for driver none");
    return { driver: name, options, maxSize: undefined, maxFile: 1 };
  }
  refuseModes(options);
  if (name !== "json-file" && name !== "local")
    throw new UserError(`logger: no log driver named '${name}' is registered`, {
      hint: "wb has json-file, local and none",
    });
  for (const [key, value] of Object.entries(options)) refuseOption(name, key, value);
  return { driver: name, options, maxSize: maxSize(options["max-size"]), maxFile: maxFile(options["max-file"]) };
}

const MAX_SIZE = 20 * 2 ** 20;
const MAX_FILE = 5;

/** Each costs a system call in the supervisor's program. */
const MOST_FILES = 100;

function keyAndValue(option: string): [string, string] {
  const equals = option.indexOf("=");
  return equals === -1 ? [option, ""] : [option.slice(0, equals), option.slice(equals + 1)];
}

/** moby, daemon/logger/factory.go, ValidateLogOpts, which looks at these before the driver. */
function refuseModes({ mode = "", "max-buffer-size": buffer }: Readonly<Record<string, string>>): void {
  if (mode === "non-blocking")
    throw new UserError("log opt 'mode=non-blocking' is not supported", {
      hint: "a container waits only for the disk that its log is on",
    });
  if (mode !== "" && mode !== "blocking") throw new UserError(`logger: logging mode not supported: ${mode}`);
  if (buffer !== undefined)
    throw new UserError("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
}

function refuseOption(driver: string, key: string, value: string): void {
  if (KNOWN.has(key)) return;
  if (key === "compress" && FALSE.has(value)) return;
  if (UNSUPPORTED.has(key))
    throw new UserError(`log opt '${key}' is not supported`, { hint: "wb has max-size and max-file" });
  throw new UserError(
    driver === "local"
      ? `unknown log opt '${key}' for log driver local`
      : `unknown log opt '${key}' for ${driver} log driver`,
    { hint: "wb has max-size and max-file" },
  );
}

const KNOWN: ReadonlySet<string> = new Set(["max-size", "max-file", "mode"]);

/** Of what strconv.ParseBool takes. */
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** What docker has for both drivers. */
const UNSUPPORTED: ReadonlySet<string> = new Set(["compress", "labels", "labels-regex", "env", "env-regex", "tag"]);

/** -1 is what docker's documentation calls no limit. */
function maxSize(text: string | undefined): number | undefined {
  if (text === undefined) return MAX_SIZE;
  if (text === "-1") return undefined;
  const size = parseDecimalSize(text);
  if (size === undefined)
    throw new UserError(`invalid value for max-size: ${text}: invalid size: '${text}'`, {
      hint: "a number of bytes is meant, or one with k, m or g: 10m",
    });
  if (size <= 0) throw new UserError("max-size must be a positive number");
  return size;
}

function maxFile(text: string | undefined): number {
  if (text === undefined) return MAX_FILE;
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw new UserError(
      `invalid value for max-file: ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const count = Number(text);
  if (count < 1) throw new UserError("max-file cannot be less than 1");
  if (count > MOST_FILES) throw new UserError(`max-file cannot be more than ${MOST_FILES}`);
  return count;
}
