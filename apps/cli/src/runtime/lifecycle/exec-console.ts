import { closeSync, openSync } from "node:fs";
import { inNamespace } from "@wb/ns";
import type { Owner } from "@wb/rootfs";
import {
  address,
  AT_FDCWD,
  call,
  CLONE,
  closeFd,
  ignoring,
  into,
  isErrno,
  memory,
  O,
  openHow,
  pointer,
  type Program,
  RESOLVE,
  type Results,
  run,
  type RunOptions,
  step,
  TIOC,
  value,
  type Winsize,
} from "@wb/syscall";
import { type OpenedTerminal, openTerminalSteps, resizeStep, TERMINAL } from "../terminal.ts";

export interface ExecConsoleOptions {
  /** The container's first process. */
  readonly pid: number;
  readonly size: Winsize;
  /** Whom the terminal belongs to, by this machine's ids. */
  readonly owner: Owner;
  /** The same owner by the container's ids: an ordinary user opens the terminal in its user namespace, as its root. */
  readonly inside?: Owner | undefined;
}

/** Disposing of it closes the process's end. */
export type ExecConsole = OpenedTerminal & Disposable;

/**
 * Opens a terminal of the container's own devpts, so that what `tty` says is there. Where the container has none, it is one of
 * an instance that is mounted nowhere. The caller closes the master, or gives it away.
 */
export function openExecConsole(options: ExecConsoleOptions): ExecConsole {
  const made = openInContainer(options) ?? openNowhere(options);
  const [master, slave] = [made.number(TERMINAL.master), made.number(TERMINAL.slave)];
  return {
    master,
    inputs: { [TERMINAL.slave]: slave },
    stdio: [slave, slave, slave],
    [Symbol.dispose]: () => closeFd(slave),
  };
}

function openNowhere(options: ExecConsoleOptions): ReturnType<typeof run> {
  const { inside } = options;
  const made =
    inside === undefined
      ? run(openTerminalSteps(options))
      : runAt(options, [
          step("make a mount namespace to mount in", [call("unshare", CLONE.NEWNS)], "unshare --mount"),
          ...openTerminalSteps({ ...options, owner: inside }),
        ]);
  closeFd(made.number(TERMINAL.devpts));
  return made;
}

/** In the container's user namespace, where an ordinary user has privileges. */
function runAt({ pid, inside }: ExecConsoleOptions, program: Program, options: RunOptions = {}): Results {
  if (inside === undefined) return run(program, options);
  const fd = openSync(`/proc/${pid}/ns/user`, O.RDONLY | O.CLOEXEC);
  try {
    return inNamespace("user", fd, program, options);
  } finally {
    closeSync(fd);
  }
}

function openInContainer({ pid, size, owner, inside }: ExecConsoleOptions): ReturnType<typeof run> | undefined {
  const root = openSync(`/proc/${pid}/root`, O.PATH | O.DIRECTORY | O.CLOEXEC);
  // Anything may have that name in a container. What is a device there must not be opened: a container may make one that its
  // control group keeps it from opening, and this process is in no such group.
  const how = {
    flags: O.PATH | O.NOFOLLOW | O.CLOEXEC,
    resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS | RESOLVE.NO_SYMLINKS,
  };
  let ptmx = -1;
  try {
    const opened = run([
      step("look for the container's terminals", [
        into("ptmx", call("openat2", root, "dev/pts/ptmx", pointer(openHow, how), openHow.size)),
        memory("file system", STATFS_SIZE),
        call("fstatfs", value("ptmx"), address("file system")),
      ]),
    ]);
    ptmx = opened.number("ptmx");
    if (opened.bytes("file system", 8).readBigInt64LE(0) !== DEVPTS_SUPER_MAGIC) throw new NoDevpts();
    return runAt(
      { pid, size, owner, inside },
      [
        step("open a terminal of the container, both ends", [
          into(
            TERMINAL.master,
            call("openat", AT_FDCWD, `/proc/thread-self/fd/${ptmx}`, O.RDWR | O.NOCTTY | O.NONBLOCK | O.CLOEXEC, 0),
          ),
          { jump: "opened" },
          { label: FAILED },
          ignoring(call("close", value(TERMINAL.master))),
          { jump: "end" },
          { label: "opened" },
          call("ioctl", value(TERMINAL.master), TIOC.SPTLCK, new Uint8Array(4)),
          into(TERMINAL.slave, call("ioctl", value(TERMINAL.master), TIOC.GPTPEER, O.RDWR | O.NOCTTY | O.CLOEXEC)),
          call("fchown", value(TERMINAL.slave), (inside ?? owner).uid, -1),
        ]),
        resizeStep(value(TERMINAL.master), size),
        step("after a failed call", [{ label: "end" }]),
      ],
      { onError: FAILED },
    );
  } catch (error) {
    if (
      error instanceof NoDevpts ||
      isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENOTTY", "ENXIO", "ENODEV", "EACCES")
    )
      return undefined;
    throw error;
  } finally {
    for (const fd of [ptmx, root]) if (fd >= 0) closeSync(fd);
  }
}

const FAILED = "failed";

class NoDevpts extends Error {}

/** `struct statfs`, statfs(2), and its first field for devpts, linux/magic.h. */
const STATFS_SIZE = 120;
const DEVPTS_SUPER_MAGIC = 0x1cd1n;
