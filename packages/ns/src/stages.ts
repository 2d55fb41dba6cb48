import {
  AT_FDCWD,
  CLONE,
  O,
  PR,
  address,
  call,
  cloneArgs,
  ignoring,
  into,
  pointer,
  type Program,
  type Step,
  step,
  tell,
  value,
} from "@wb/syscall";

/** The cell with the reading end of the pipe through which the parent tells a waiting Program to go on. */
export const GO = "go";

/** Tells the parent, and waits until it writes a byte; ends the process when the parent is gone or has given up. */
function waitForParent(label: string): Step {
  return step(label, [
    { label: "again" },
    into("told", ignoring(call("read", value(GO), address("byte"), 1), "EINTR")),
    { jump: "again", when: { value: "told", equals: -4 } },
    { jump: "told", when: { value: "told", equals: 1 } },
    call("exit_group", 127),
    { label: "told" },
  ]);
}

/** Who a process becomes in a user namespace. */
export interface RootInside {
  /** The supplementary groups must go; otherwise they go if they may, which an unprivileged process may not. */
  readonly dropGroups: boolean;
  /** Whether the namespace has a user 0, and a group 0; where it has none, the process keeps its own. */
  readonly uid: boolean;
  readonly gid: boolean;
}

/**
 * The Steps that enter a new user namespace whose id maps the parent writes meanwhile, user_namespaces(7), and become its
 * root. The process must have been cloned before: a process that is cloned into a namespace without maps loses every
 * capability at its next execve.
 */
export function userNamespace({ dropGroups, uid, gid }: RootInside): Program {
  const become = [
    dropGroups ? call("setgroups", 0, null) : ignoring(call("setgroups", 0, null), "EPERM"),
    ...(gid ? [call("setresgid", 0, 0, 0)] : []),
    ...(uid ? [call("setresuid", 0, 0, 0)] : []),
  ];
  return [
    step("make a user namespace", [call("unshare", CLONE.NEWUSER)], "unshare --user"),
    tell("waiting"),
    waitForParent("wait until the parent has written the id maps"),
    ...(uid || gid ? [step("become root in the user namespace", become)] : []),
  ];
}

/** Offsets of a time namespace's clocks to the host's, time_namespaces(7), in seconds; fractions are kept to the ns. */
export interface TimeOffsets {
  readonly monotonic?: number;
  readonly boottime?: number;
}

/** The Step that makes a time namespace; only what the process clones afterwards is in it, so the offsets can still be set. */
export function timeNamespace(offsets: TimeOffsets = {}): Step {
  const text = Object.entries(offsets)
    .map(([clock, seconds]: [string, number]) => {
      const whole = Math.floor(seconds);
      const nanoseconds = Math.round((seconds - whole) * 1e9);
      return nanoseconds === 1e9 ? `${clock} ${whole + 1} 0\n` : `${clock} ${whole} ${nanoseconds}\n`;
    })
    .join("");
  const write = [
    // The process's own files in /proc are root's while it is not dumpable, which it is not since it changed its ids.
    call("prctl", PR.SET_DUMPABLE, 1),
    into("timens", call("openat", AT_FDCWD, "/proc/self/timens_offsets", O.WRONLY | O.CLOEXEC, 0)),
    call("write", value("timens"), text, text.length),
    call("close", value("timens")),
    call("prctl", PR.SET_DUMPABLE, 0),
  ];
  return step(
    "make a time namespace",
    [call("unshare", CLONE.NEWTIME), ...(text === "" ? [] : write)],
    "unshare --time",
  );
}

/**
 * The Steps that hand the Program on to a second process, a child of this one's parent, in more namespaces. The parent
 * learns its pid, and only then does it go on: no process is left that nobody knows of.
 */
export function successor(flags: number): Program {
  return [
    step("make the process that goes on", [
      // With CLONE_PARENT the exit signal is this process's: 0 is the only value that clone3 takes.
      into("successor", call("clone3", pointer(cloneArgs, { flags: CLONE.PARENT + flags }), cloneArgs.size)),
      { jump: "successor", when: { value: "successor", equals: 0 } },
    ]),
    tell("successor", "successor"),
    step("end the first stage", [call("exit_group", 0), { label: "successor" }]),
    waitForParent("wait until the parent knows this process"),
  ];
}
