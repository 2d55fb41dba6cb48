import {
  AT_FDCWD,
  CLONE,
  MAP,
  O,
  PROT,
  call,
  cloneArgs,
  ignoring,
  into,
  pointer,
  type Program,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { SUCCESSOR_PID } from "./handover.ts";
import { sync } from "./sync.ts";

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
  const becomes = uid || gid;
  const become = [
    ignoring(call("setgroups", 0, null), "EPERM"),
    ...(gid ? [call("setresgid", 0, 0, 0)] : []),
    ...(uid ? [call("setresuid", 0, 0, 0)] : []),
  ];
  return [
    ...(becomes && dropGroups ? [withoutGroups] : []),
    step("make a user namespace", [call("unshare", CLONE.NEWUSER)], "unshare --user"),
    ...sync("waiting", { label: "wait until the parent has written the id maps" }),
    ...(becomes ? [step("become root in the user namespace", become)] : []),
  ];
}

/**
 * Here, because setgroups(2) may be denied in the user namespace. Where it is denied here, too, no group may be left: the
 * kernel compares, and says 0 for no group, EFAULT for one, EINVAL for more than fit.
 */
const withoutGroups = step("drop the supplementary groups", [
  ignoring(call("setgroups", 0, null), "EPERM"),
  call("getgroups", 1, null),
]);

/**
 * Offsets of a time namespace's clocks to the host's, time_namespaces(7): in seconds, whose fractions are kept to the ns, or as
 * the OCI runtime-spec's `linux.timeOffsets` has them.
 */
export interface TimeOffsets {
  readonly monotonic?: ClockOffset;
  readonly boottime?: ClockOffset;
}

export type ClockOffset = number | { readonly secs?: number; readonly nanosecs?: number };

/** The cell with the offsets' file. */
const OFFSETS = "timens_offsets";

/**
 * The Step that opens the offsets' file. Before any other: when the process has entered a mount namespace its /proc is
 * another one, and when it has changed its ids its files in /proc are root's. The kernel asks who opened it.
 */
export const openOffsets: Step = step("open the clock offsets of this process's time namespace", [
  into(OFFSETS, call("openat", AT_FDCWD, "/proc/self/timens_offsets", O.WRONLY | O.CLOEXEC, 0)),
]);

/**
 * The Step that makes a time namespace. Only what the process clones afterwards is in it, so that its clocks can still be
 * set: not once a process is in it.
 */
export function timeNamespace(offsets: TimeOffsets = {}): Step {
  const text = offsetsText(offsets);
  const write = [call("write", value(OFFSETS), text, text.length), call("close", value(OFFSETS))];
  return step(
    "make a time namespace",
    [call("unshare", CLONE.NEWTIME), ...(text === "" ? [] : write)],
    "unshare --time",
  );
}

/** What /proc/PID/timens_offsets takes: seconds, and nanoseconds from 0 to 999999999. */
function offsetsText(offsets: TimeOffsets): string {
  return Object.entries(offsets)
    .map(([clock, offset]: [string, ClockOffset]) => {
      const { secs, nanosecs } = wholeOffset(clock, offset);
      return `${clock} ${secs} ${nanosecs}\n`;
    })
    .join("");
}

/** @throws RangeError for what is no offset */
export function wholeOffset(clock: string, offset: ClockOffset): { readonly secs: number; readonly nanosecs: number } {
  if (clock !== "monotonic" && clock !== "boottime")
    throw new RangeError(`${JSON.stringify(clock)} is no clock with an offset: monotonic or boottime`);
  if (typeof offset !== "number") {
    const { secs = 0, nanosecs = 0 } = offset;
    if (Number.isSafeInteger(secs) && Number.isInteger(nanosecs) && nanosecs >= 0 && nanosecs < 1e9)
      return { secs, nanosecs };
    throw new RangeError(
      `the offset of the ${clock} clock is ${secs} secs and ${nanosecs} nanosecs: expected whole ones, nanosecs from 0 to 999999999`,
    );
  }
  if (!Number.isFinite(offset))
    throw new RangeError(`the offset ${offset} of the ${clock} clock is no number of seconds`);
  const secs = Math.floor(offset);
  const nanosecs = Math.round((offset - secs) * 1e9);
  return nanosecs === 1e9 ? { secs: secs + 1, nanosecs: 0 } : { secs, nanosecs };
}

/**
 * The Steps that hand the Program on to a second process, a child of this one's parent, in more namespaces. It goes on when
 * the parent knows it, so that none is left that nobody waits for; see {@link Handover} for how the parent learns its pid.
 */
export function successor(flags: number): Program {
  const shared = call("mmap", null, 8, PROT.READ | PROT.WRITE, MAP.SHARED, value(SUCCESSOR_PID), 0);
  const made = pointer(cloneArgs, {
    // With CLONE_PARENT the exit signal is this process's: 0 is the only value that clone3 takes.
    flags: CLONE.PARENT | CLONE.PARENT_SETTID | flags,
    parent_tid: value("shared"),
  });
  return [
    step("make the process that goes on, and end this one", [
      into("shared", shared),
      call("close", value(SUCCESSOR_PID)),
      into("successor", call("clone3", made, cloneArgs.size)),
      { jump: "successor", when: { value: "successor", equals: 0 } },
      call("exit_group", 0),
      { label: "successor" },
    ]),
    ...sync("successor", { label: "wait until the parent knows this process" }),
  ];
}
