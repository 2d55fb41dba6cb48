import { closeSync, openSync, writeSync } from "node:fs";
import { escaped, shortened } from "../report-error.ts";
import { UserError } from "../user-error.ts";

export type LogLevel = "error" | "warning" | "info" | "debug";

/** Where a runtime tells what happened: the engine that called it shows its users the message of level `error`. */
export interface Log {
  readonly write: (level: LogLevel, message: string) => void;
  /** Writes what is asked for with `--debug`; undefined without that. */
  readonly debug: ((message: string) => void) | undefined;
}

export interface LogOptions {
  /** `--log`: a file that is written to at its end. Default: stderr. */
  readonly file?: string | undefined;
  /** `--log-format`. Default text. */
  readonly format?: string | undefined;
  /** `--debug` */
  readonly debug: boolean;
}

/**
 * Makes a log in the form of logrus, which runc's callers read.
 *
 * @throws UserError for a format that there is not
 */
export function openLog({ file, format = "text", debug }: LogOptions): Log {
  if (!Object.hasOwn(FORMATS, format)) throw new UserError(`invalid log-format: ${format}`);
  const line = FORMATS[format as keyof typeof FORMATS];
  const write = (level: LogLevel, message: string): void => {
    if (level === "debug" && !debug) return;
    // Warnings quote what configurations and containers say, too.
    append(file, `${escaped(line(level, shortened(message), timestamp()))}\n`);
  };
  return { write, debug: debug ? (message) => write("debug", message) : undefined };
}

const FORMATS = {
  json: (level: LogLevel, msg: string, time: string) => JSON.stringify({ level, msg, time }),
  text: (level: LogLevel, message: string, time: string) =>
    `time="${time}" level=${level} msg=${JSON.stringify(message)}`,
};

function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** Opened for each line: most calls have none to write. */
function append(file: string | undefined, line: string): void {
  if (file === undefined) {
    writeSync(2, line);
    return;
  }
  try {
    const fd = openSync(file, "a", 0o644);
    try {
      writeSync(fd, line);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // A log that cannot be written does not decide what becomes of the container.
    writeSync(2, `${line}wb oci: cannot write to the log ${file}: ${String(error)}\n`);
  }
}
