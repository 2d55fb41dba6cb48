import { type FormatContext, formatArguments } from "./format.ts";
import { hintFor } from "./hints.ts";
import { MARK } from "./is-syscall-error.ts";
import { strerror } from "./machine.ts";
import type { Call } from "./program.ts";
import { signatureOf } from "./signatures.ts";
import { type ErrnoName, errnoName } from "./uapi/errno.generated.ts";

/**
 * A system call that the kernel refused. It has the fields of Node's own system errors, so that
 * `error.code === "ENOENT"` serves for both; its message is the call as strace(1) prints it.
 *
 * @example
 * try {
 *   run([step("unmount it", [call("umount2", "/nowhere", 0)])]);
 * } catch (error) {
 *   if (!isSyscallError(error)) throw error;
 *   error.message; // 'umount2("/nowhere", 0): ENOENT, No such file or directory'
 *   error.step; // "unmount it"
 * }
 */
export class SyscallError extends Error {
  /** `ENOENT`; for an error that has no name, `errno 600`. */
  readonly code: ErrnoName | string;
  /** Negative, as Node has it. */
  readonly errno: number;
  readonly syscall: string;
  /** The first pathname of the call, if it has one. */
  declare readonly path?: string;
  /** The second. */
  declare readonly dest?: string;
  /** The label of the Step that the call belongs to. */
  readonly step: string;
  /** The remedy, where one is known. */
  declare readonly hint?: string;

  constructor(
    made: Call,
    options: { readonly errno: number; readonly step: string; readonly context?: FormatContext },
  ) {
    const number = Math.abs(options.errno);
    const code = errnoName(number);
    const texts = formatArguments(made, options.context).map(([, text]) => text);
    super(`${made.call}(${texts.join(", ")}): ${code}, ${strerror(number)}`);
    this.code = code;
    this.errno = -number;
    this.syscall = made.call;
    this.step = options.step;
    const [path, dest] = pathsOf(made);
    if (path !== undefined) this.path = path;
    if (dest !== undefined) this.dest = dest;
    const hint = hintFor(made, code);
    if (hint !== undefined) this.hint = hint;
    Object.defineProperty(this, MARK, { value: true });
  }
}

Object.defineProperty(SyscallError.prototype, "name", { value: "SyscallError", configurable: true, writable: true });

function pathsOf(made: Call): string[] {
  const formats = Object.values(signatureOf(made.call, made.args));
  return made.args.filter((argument, index) => formats[index] === "path" && typeof argument === "string") as string[];
}

/** A process that ended while it was being set up: a signal, or an exit that no call of its own reported. */
export class SetupError extends Error {
  readonly code = "WB_SETUP_DIED";
  readonly pid: number;

  constructor(pid: number, how: string) {
    super(`process ${pid} ended before its command was running: ${how}`);
    this.pid = pid;
  }
}

Object.defineProperty(SetupError.prototype, "name", { value: "SetupError", configurable: true, writable: true });
