import { CommandError } from "@wb/ns";
import { isSyscallError } from "@wb/syscall";
import { hintOf, messageOf } from "../report-error.ts";
import { LifecycleError } from "../runtime/lifecycle/lifecycle-error.ts";
import { UserError } from "../user-error.ts";

/** Something that a command wraps around what went wrong in it, and the status that it ends with. */
export class OciError extends Error {
  readonly exitStatus: number;

  /** @param cause undefined: the context says all of it */
  constructor(context: string, cause: unknown, exitStatus = 1) {
    super(context, cause === undefined ? {} : { cause });
    this.exitStatus = exitStatus;
  }
}

Object.defineProperty(OciError.prototype, "name", { value: "OciError", configurable: true, writable: true });

/**
 * What is said of an error: in runc's words where engines look for them. docker makes an exit status of 127 out of
 * "executable file not found in $PATH" and "no such file or directory", of 126 out of "permission denied".
 */
export function errorText(error: unknown): string {
  if (error instanceof OciError && error.cause !== undefined)
    return `${error.message}: ${setupText(error)}${hintText(error)}`;
  return `${messageOf(error)}${hintText(error)}`;
}

export function statusOf(error: unknown): number {
  return error instanceof OciError ? error.exitStatus : 1;
}

function hintText(error: unknown): string {
  const hint = hintOf(error);
  return hint === undefined ? "" : ` (${hint})`;
}

function setupText({ message, cause }: OciError): string {
  if (cause instanceof UserError || cause instanceof LifecycleError) return cause.message;
  if (cause instanceof CommandError) return `${UNABLE}${commandErrorText(cause)}`;
  if (isErrorOf(cause, "WB_CGROUP_CONTROLLER")) return `invalid configuration: ${messageOf(cause)}`;
  // runc blames the container's init only for what a container is created with.
  const where = message === "exec failed" ? UNABLE : `${UNABLE}error during container init: `;
  return `${where}${stepText(cause)}`;
}

/** By its code: the classes of other packages are not loaded for every command. */
function isErrorOf(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

const UNABLE = "unable to start container process: ";

function stepText(error: unknown): string {
  if (isSyscallError(error) && error.step.startsWith(CHDIR)) {
    const cwd = error.step.slice(CHDIR.length).replace(/, as the user.*$/, "");
    return `chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${REASONS[error.code] ?? messageOf(error)}`;
  }
  if (isSyscallError(error) && error.syscall === "sched_setattr" && error.code === "EPERM" && DEADLINE.test(error.step))
    return `process scheduler can't be used together with AllowedCPUs, nor without CAP_SYS_NICE: ${messageOf(error)}`;
  const [, type] = (isSyscallError(error) && error.code === "ELOOP" && NO_LINK.exec(error.step)) || [];
  if (type !== undefined)
    return `filesystem ${JSON.stringify(type)} must be mounted on ordinary directory: ${messageOf(error)}`;
  const mounting = isSyscallError(error) && MOUNT.test(error.step) ? "error mounting: " : "";
  return `${mounting}${messageOf(error)}`.replace(
    /: (E[A-Z0-9]+), ([A-Z])(.*)$/u,
    (_, code: string, first: string, rest: string) =>
      // As Go writes it: docker takes "no such file or directory" for a missing command.
      `: ${first.toLowerCase()}${rest} (${code})`,
  );
}

/** The policy that needs all processors of the machine, sched_setattr(2) "EPERM". */
const DEADLINE = /SCHED_DEADLINE/;

/** The label of the Step that mounts what a symbolic link in the container could put elsewhere. */
const NO_LINK = /^mount (proc|sysfs) on /;

/** How the labels of Steps begin that make a mount. */
const MOUNT = /^(?:mount|bind) /u;

/** How the label of the Step begins that enters the working directory. */
const CHDIR = "start in ";

/** In the words of Go's exec.LookPath and of the kernel. */
function commandErrorText({ command, code, cause }: CommandError): string {
  const name = JSON.stringify(command);
  // It is there, and what is to interpret it is not.
  if (isSyscallError(cause) && cause.syscall === "execve") return `exec ${command}: ${REASONS[code] ?? code}`;
  const isMissing = code === "ENOENT" || code === "ENOTDIR";
  if (isMissing && !command.includes("/")) return `exec: ${name}: executable file not found in $PATH`;
  if (isMissing) return `exec: ${name}: stat ${command}: no such file or directory`;
  return `exec: ${name}: ${REASONS[code] ?? code}`;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory: permission denied",
  ENOEXEC: "exec format error",
  E2BIG: "argument list too long",
};
