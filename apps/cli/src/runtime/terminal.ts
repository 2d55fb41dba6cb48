import { closeTarget, openTarget } from "@wb/rootfs";
import {
  AT,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  into,
  MOUNT_ATTR,
  MOVE_MOUNT,
  O,
  OPEN_TREE,
  pointer,
  type Program,
  run,
  type Step,
  step,
  TIOC,
  type Value,
  value,
  type Winsize,
  winsize,
} from "@wb/syscall";
import type { TerminalOwner } from "./terminal-owner.ts";

/** The cells of {@link openTerminalSteps}: file descriptors. The new process has the last two, its Steps use them. */
export const TERMINAL = { master: "terminal:master", slave: "terminal:slave", devpts: "terminal:devpts" } as const;

export interface TerminalOptions {
  /** What the command finds from its first instruction on. */
  readonly size: Winsize;
  /** Who may open the terminal again by its name, and the group of this and all other terminals of the container. */
  readonly owner: TerminalOwner;
}

/**
 * The Steps that make a terminal for a container, pty(7), before there is a container: a devpts instance that is mounted
 * nowhere yet, its first terminal, and both ends of it. The host's /dev/pts never has it, and no file descriptor has to be
 * handed over afterwards.
 */
export function openTerminalSteps({ size, owner: { uid, gid, root } }: TerminalOptions): Program {
  return [
    step(
      "make a devpts instance",
      [
        into("fs", call("fsopen", "devpts", FSOPEN.CLOEXEC)),
        call("fsconfig", value("fs"), FSCONFIG.SET_STRING, "source", "devpts", 0),
        call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, "newinstance", null, 0),
        ...Object.entries({ ptmxmode: "0666", mode: "0620", gid: String(gid) }).map(([key, text]) =>
          call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0),
        ),
        call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
        into(TERMINAL.devpts, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, MOUNT_ATTR.NOSUID | MOUNT_ATTR.NOEXEC)),
        ...(root === undefined
          ? []
          : [call("fchownat", value(TERMINAL.devpts), "", root.uid, root.gid, AT.EMPTY_PATH)]),
        call("close", value("fs")),
      ],
      `mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=${gid} devpts …`,
    ),
    step("open its first terminal, both ends", [
      into(
        TERMINAL.master,
        call("openat", value(TERMINAL.devpts), "ptmx", O.RDWR | O.NOCTTY | O.NONBLOCK | O.CLOEXEC, 0),
      ),
      call("ioctl", value(TERMINAL.master), TIOC.SPTLCK, new Uint8Array(4)),
      // Not by its name, which could be another's by then (CVE-2025-52565). Since Linux 4.13.
      into(TERMINAL.slave, call("ioctl", value(TERMINAL.master), TIOC.GPTPEER, O.RDWR | O.NOCTTY | O.CLOEXEC)),
    ]),
    resizeStep(value(TERMINAL.master), size),
    ...(uid === 0 ? [] : [step("give it to the user", [call("fchown", value(TERMINAL.slave), uid, -1)])]),
  ];
}

/** Both ends of a terminal. */
export interface OpenedTerminal {
  readonly master: number;
  /** What the process inherits, by the cells of its Program. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The command's stdin, stdout and stderr. */
  readonly stdio: readonly [number, number, number];
}

/** Makes one as {@link openTerminalSteps} say. @throws SyscallError */
export function openTerminal(options: TerminalOptions): OpenedTerminal {
  const made = run(openTerminalSteps(options));
  const slave = made.number(TERMINAL.slave);
  return {
    master: made.number(TERMINAL.master),
    inputs: { [TERMINAL.slave]: slave, [TERMINAL.devpts]: made.number(TERMINAL.devpts) },
    stdio: [slave, slave, slave],
  };
}

/** The Step that sets a terminal's size: if it is new, the kernel sends SIGWINCH to the foreground job. */
export function resizeStep(master: number | Value, size: Winsize): Step {
  return step(
    "set the terminal's size",
    [call("ioctl", master, TIOC.SWINSZ, pointer(winsize, { ...size }))],
    `stty rows ${size.ws_row} columns ${size.ws_col}`,
  );
}

/** The Steps that show the terminal in the container: its devpts, and itself as /dev/console. */
export function mountTerminal(): Program {
  const moveTo = (mount: string) =>
    call("move_mount", value(mount), "", value("target"), "", MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH);
  return [
    step(
      "mount the terminal's devpts on /dev/pts",
      [...openTarget("/dev/pts"), moveTo(TERMINAL.devpts), call("close", value(TERMINAL.devpts)), ...closeTarget],
      "mount --move … $ROOT/dev/pts",
    ),
    step(
      "show the terminal as /dev/console",
      [
        ...openTarget("/dev/console", "file"),
        // The terminal that is open, whatever has its name by now (CVE-2025-52565).
        into(
          "mount",
          call("open_tree", value(TERMINAL.slave), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC),
        ),
        moveTo("mount"),
        call("close", value("mount")),
        ...closeTarget,
      ],
      "mount --bind $TTY $ROOT/dev/console",
    ),
  ];
}

/** The Step that makes the terminal the session's controlling one: Ctrl-C reaches its foreground job. After setsid(2). */
export function controllingTerminal(): Step {
  return step("make the terminal the controlling one", [call("ioctl", value(TERMINAL.slave), TIOC.SCTTY, 0)]);
}
