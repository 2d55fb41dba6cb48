import {
  AT_FDCWD,
  call,
  type Child,
  CLOSE_RANGE,
  closeFd,
  ignoring,
  into,
  O,
  SIG,
  SIG_HOW,
  spawn,
  type Step,
  step,
  tryWait,
  value,
} from "@wb/syscall";

export interface HelperOptions {
  /** The program's path. */
  readonly path: string;
  readonly argv: readonly [string, ...string[]];
  /** Its working directory. */
  readonly directory: string;
  /** A file for what it says. */
  readonly log: number;
  /** File descriptors that it has beside its stdio, by the same numbers. */
  readonly inherit?: readonly number[];
}

/**
 * Starts a program in a session of its own, with nothing of this process's but what is named: neither its terminal nor its files, so that it
 * stays when this process ends.
 *
 * @returns its process, whose pidfd the caller closes
 * @throws SyscallError when it could not be executed
 */
export function spawnHelper({ path, argv, directory, log, inherit = [] }: HelperOptions): Child {
  const child = spawn(
    [
      step("leave the session and the directory of the caller", [call("setsid"), call("chdir", directory)]),
      step("connect it to its log", [
        ignoring(call("dup3", log, 2, 0), "EINVAL"),
        into("null", call("openat", AT_FDCWD, "/dev/null", O.RDWR, 0)),
        // It may be one of them already.
        ...[0, 1].map((fd) => ignoring(call("dup3", value("null"), fd, 0), "EINVAL")),
      ]),
      closeOnExec(inherit),
      step("put back what Node ignores, and unblock signals", [
        // The pasta of 2023 takes it for an error that SIGPIPE was ignored.
        call("rt_sigaction", SIG.PIPE, Buffer.alloc(32), null, 8),
        call("rt_sigprocmask", SIG_HOW.SETMASK, Buffer.alloc(8), null, 8),
      ]),
      step("execute the program", [call("execve", path, argv, [`PATH=${process.env["PATH"] ?? ""}`])]),
    ],
    { inherit: [log, ...inherit], name: argv[0] },
  );
  try {
    // Closed without a word when it is executed.
    child.report.nextSync();
    return child;
  } catch (error) {
    tryWait(child.pidfd, { block: true });
    closeFd(child.pidfd);
    throw error;
  } finally {
    child.report.close();
  }
}

/** The report stays open until then, which says what failed. */
function closeOnExec(kept: readonly number[]): Step {
  const numbers = [2, ...new Set(kept), LAST_FD + 1].toSorted((a, b) => a - b);
  return step(
    "keep only the file descriptors that are needed",
    numbers.flatMap((fd, index) => {
      const next = numbers[index + 1];
      return next === undefined || next === fd + 1 ? [] : [call("close_range", fd + 1, next - 1, CLOSE_RANGE.CLOEXEC)];
    }),
  );
}

const LAST_FD = 0xffff_ffff;
