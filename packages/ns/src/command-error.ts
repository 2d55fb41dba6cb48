import { isSyscallError } from "@wb/syscall";
import { FIND_COMMAND } from "./command.ts";

/** A command that cannot be executed: it is not there (`ENOENT`), or not a program that may be run (`EACCES`, `ENOEXEC`). */
export class CommandError extends Error {
  /** The error of execve(2). */
  readonly code: string;
  /** The command as it was given. */
  readonly command: string;

  constructor(command: string, code: string, options: { readonly cause: unknown }) {
    super(
      `${JSON.stringify(command)}: ${REASONS[code] ?? code}${code === "ENOENT" && !command.includes("/") ? " in $PATH" : ""}`,
      options,
    );
    this.code = code;
    this.command = command;
  }
}

Object.defineProperty(CommandError.prototype, "name", { value: "CommandError", configurable: true, writable: true });

/** The words that docker's users know. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "executable file not found",
  ENOTDIR: "executable file not found",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOEXEC: "exec format error",
};

/** The error for a caller: a failed execve is about the command, every other about the set-up. */
export function commandError(error: unknown, command: string): unknown {
  if (!isSyscallError(error) || (error.syscall !== "execve" && error.step !== FIND_COMMAND)) return error;
  return new CommandError(command, error.code, { cause: error });
}
