import { closeTarget, openTarget } from "@wb/rootfs";
import {
  AT,
  call,
  closeFd,
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
  step,
  TIOC,
  value,
  winsize,
} from "@wb/syscall";

/** The size of a terminal, in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** The cells of a container's terminal in its Program: file descriptors that the new process inherits. */
const CELLS = { devpts: "terminal:devpts", slave: "terminal:slave" } as const;
const MASTER = "terminal:master";

/**
 * The Steps that make a terminal for a container, pty(7), before there is a container: a devpts instance that is mounted
 * nowhere yet, its first terminal, and both ends of it. The host's /dev/pts never has it, and no file descriptor has to be
 * handed over afterwards.
 *
 * @param gid the group that terminals belong to: `tty`, 5, as the container sees it
 */
export function openTerminalSteps(
  { rows, columns }: TerminalSize,
  { uid = 0, gid = 5 }: { readonly uid?: number; readonly gid?: number } = {},
): Program {
  return [
    step(
      "make a devpts instance",
      [
        into("fs", call("fsopen", "devpts", FSOPEN.CLOEXEC)),
        call("fsconfig", value("fs"), FSCONFIG.SET_STRING, "source", "devpts", 0),
        call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, "newinstance", null, 0),
        ...Object.entries({ ptmxmode: "0666", mode: "0620", uid: String(uid), gid: String(gid) }).map(([key, text]) =>
          call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0),
        ),
        call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
        into(CELLS.devpts, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, MOUNT_ATTR.NOSUID | MOUNT_ATTR.NOEXEC)),
        call("close", value("fs")),
      ],
      "mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts …",
    ),
    step("open its first terminal, both ends", [
      into(MASTER, call("openat", value(CELLS.devpts), "ptmx", O.RDWR | O.NOCTTY | O.CLOEXEC, 0)),
      call("ioctl", value(MASTER), TIOC.SPTLCK, new Uint8Array(4)),
      call("ioctl", value(MASTER), TIOC.SWINSZ, pointer(winsize, { ws_row: rows, ws_col: columns })),
      // Not by its name, which could be another's by then (CVE-2025-52565). Since Linux 4.13.
      into(CELLS.slave, call("ioctl", value(MASTER), TIOC.GPTPEER, O.RDWR | O.NOCTTY | O.CLOEXEC)),
    ]),
  ];
}

/** The Step that mounts the terminal's devpts in the container. */
export const mountTerminal: Program = [
  step(
    "mount the terminal's devpts on /dev/pts",
    [
      ...openTarget("/dev/pts"),
      call(
        "move_mount",
        value(CELLS.devpts),
        "",
        value("target"),
        "",
        MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH,
      ),
      ...closeTarget,
    ],
    "mount --move … $ROOT/dev/pts",
  ),
  step(
    "show the terminal as /dev/console",
    [
      ...openTarget("/dev/console", "file"),
      into("mount", call("open_tree", value(CELLS.slave), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
      call("move_mount", value("mount"), "", value("target"), "", MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH),
      call("close", value("mount")),
      ...closeTarget,
    ],
    "mount --bind $TTY $ROOT/dev/console",
  ),
];

/** The Step that makes the terminal the session's controlling one: Ctrl-C reaches its foreground job. After setsid(2). */
export function controllingTerminal(uid: number): Program {
  return [
    step("make the terminal the controlling one", [
      call("ioctl", value(CELLS.slave), TIOC.SCTTY, 0),
      ...(uid === 0 ? [] : [call("fchown", value(CELLS.slave), uid, -1)]),
    ]),
  ];
}

/** A container's terminal, held by wb. Disposing of it closes it: its processes are sent SIGHUP. */
export class Terminal implements Disposable {
  /** The end that wb reads and writes. */
  readonly master: number;
  /** What the container's process inherits, by the cells of its Program. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The container's stdio. */
  readonly slave: number;
  readonly #devpts: number;
  #handedOver = false;

  private constructor(master: number, slave: number, devpts: number) {
    this.master = master;
    this.slave = slave;
    this.#devpts = devpts;
    this.inputs = { [CELLS.devpts]: devpts, [CELLS.slave]: slave };
  }

  static open(size: TerminalSize, owner: { readonly uid?: number; readonly gid?: number } = {}): Terminal {
    const made = run(openTerminalSteps(size, owner));
    return new Terminal(made.number(MASTER), made.number(CELLS.slave), made.number(CELLS.devpts));
  }

  /** Closes what the container's process has by now: with its last copy of the slave, reading from the master ends. */
  handOver(): void {
    if (this.#handedOver) return;
    this.#handedOver = true;
    closeFd(this.slave);
    closeFd(this.#devpts);
  }

  /** TIOCSWINSZ: the foreground job gets SIGWINCH. */
  resize({ rows, columns }: TerminalSize): void {
    run([
      step("resize the terminal", [
        call("ioctl", this.master, TIOC.SWINSZ, pointer(winsize, { ws_row: rows, ws_col: columns })),
      ]),
    ]);
  }

  [Symbol.dispose](): void {
    this.handOver();
  }
}
