import { closeSync, openSync } from "node:fs";
import type { Owner } from "@wb/rootfs";
import {
  address,
  call,
  closeFd,
  into,
  isErrno,
  memory,
  O,
  openHow,
  pointer,
  RESOLVE,
  run,
  step,
  TIOC,
  value,
  type Winsize,
} from "@wb/syscall";
import { openTerminalSteps, resizeStep, TERMINAL } from "../terminal.ts";
import type { ConsoleEnds } from "./console.ts";

export interface ExecConsoleOptions {
  /** The container's first process. */
  readonly pid: number;
  readonly size: Winsize;
  /** Whom the terminal belongs to, by this machine's ids. */
  readonly owner: Owner;
}

export interface ExecConsole extends ConsoleEnds, Disposable {
  readonly master: number;
}

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
  const made = run(openTerminalSteps(options));
  closeFd(made.number(TERMINAL.devpts));
  return made;
}

function openInContainer({ pid, size, owner }: ExecConsoleOptions): ReturnType<typeof run> | undefined {
  const root = openSync(`/proc/${pid}/root`, O.PATH | O.DIRECTORY | O.CLOEXEC);
  const how = {
    flags: O.RDWR | O.NOCTTY | O.NONBLOCK | O.CLOEXEC,
    resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS | RESOLVE.NO_SYMLINKS,
  };
  let master = -1;
  try {
    const opened = run([
      step("open the container's terminals", [
        into(TERMINAL.master, call("openat2", root, "dev/pts/ptmx", pointer(openHow, how), openHow.size)),
        memory("file system", STATFS_SIZE),
        call("fstatfs", value(TERMINAL.master), address("file system")),
      ]),
    ]);
    master = opened.number(TERMINAL.master);
    // Anything may have that name in a container.
    if (opened.bytes("file system", 8).readBigInt64LE(0) !== DEVPTS_SUPER_MAGIC) throw new NoDevpts();
    return run(
      [
        step("open a terminal of the container, both ends", [
          call("ioctl", value(TERMINAL.master), TIOC.SPTLCK, new Uint8Array(4)),
          into(TERMINAL.slave, call("ioctl", value(TERMINAL.master), TIOC.GPTPEER, O.RDWR | O.NOCTTY | O.CLOEXEC)),
          call("fchown", value(TERMINAL.slave), owner.uid, -1),
        ]),
        resizeStep(value(TERMINAL.master), size),
      ],
      { inputs: { [TERMINAL.master]: master } },
    );
  } catch (error) {
    if (master >= 0) closeFd(master);
    if (
      error instanceof NoDevpts ||
      isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENOTTY", "ENXIO", "ENODEV", "EACCES")
    )
      return undefined;
    throw error;
  } finally {
    closeSync(root);
  }
}

class NoDevpts extends Error {}

/** `struct statfs`, statfs(2), and its first field for devpts, linux/magic.h. */
const STATFS_SIZE = 120;
const DEVPTS_SUPER_MAGIC = 0x1cd1n;
