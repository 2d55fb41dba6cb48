import { readFileSync } from "node:fs";
import type { Argument, Call } from "./program.ts";
import type { ErrnoName } from "./uapi/errno.generated.ts";
import { FSCONFIG, MOUNT_ATTR } from "./uapi/mount.ts";
import { RLIMIT } from "./uapi/resource.ts";
import { CLONE } from "./uapi/sched.ts";

/**
 * The remedy for a refused call, where one is known and the fact behind it can be read on this machine; undefined otherwise.
 */
export function hintFor(made: Call, code: string): string | undefined {
  for (const [call, errors, hint] of HINTS) {
    if (made.call === call && errors.some((error) => error === code)) {
      const text = hint(made.args);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** The errors of a call that may have a hint. */
export function hintedErrors(made: Call): readonly ErrnoName[] {
  return HINTS.filter(([call]) => call === made.call).flatMap(([, errors]) => errors);
}

type Hint = (args: readonly Argument[]) => string | undefined;

/** The first row that has something to say is taken. */
const HINTS: readonly (readonly [call: string, errors: readonly ErrnoName[], hint: Hint])[] = [
  ["unshare", ["EPERM", "ENOSPC"], userNamespaceHint],
  ["clone3", ["EPERM", "ENOSPC"], userNamespaceHint],
  ["unshare", ["EPERM"], chrootHint],
  ["clone3", ["EPERM"], chrootHint],
  ["unshare", ["EPERM"], needsRoot],
  ["clone3", ["EPERM"], needsRoot],
  ["setns", ["EPERM"], needsRoot],
  ["mount", ["EPERM"], needsRoot],
  ["chroot", ["EPERM"], () => needsRoot([], "CAP_SYS_CHROOT")],
  ["fsopen", ["EPERM"], needsRoot],
  ["open_tree", ["EPERM"], needsRoot],
  ["move_mount", ["EPERM"], needsRoot],
  ["mount", ["EINVAL"], overlayDepth],
  ["mount", ["ENODEV"], () => "the kernel has no such file system: it is not built in and its module is not loaded"],
  [
    "pivot_root",
    ["EINVAL"],
    () => "the new root must be a mount point, and the current one neither the initial ramdisk nor a chroot",
  ],
  ["prctl", ["EPERM"], needsRoot],
  [
    "capset",
    ["EPERM"],
    () => "a capability that is not in the caller's bounding set cannot be given: see CapBnd in /proc/self/status",
  ],
  ["seccomp", ["EACCES"], () => "a filter needs no_new_privs, or CAP_SYS_ADMIN in the user namespace"],
  ["setrlimit", ["EPERM"], () => "raising a hard limit needs CAP_SYS_RESOURCE"],
  ["prlimit64", ["EPERM"], aboveNrOpen],
  ["prlimit64", ["EPERM"], () => "raising a hard limit needs CAP_SYS_RESOURCE"],
  [
    "sched_setattr",
    ["EPERM"],
    () => "a real-time policy, or a lower nice value, needs CAP_SYS_NICE; in a v1 cgroup also cpu.rt_runtime_us",
  ],
  ["sched_setattr", ["EBUSY"], () => "all processors together have not that much time left for SCHED_DEADLINE"],
  ["ioprio_set", ["EPERM"], () => "IOPRIO_CLASS_RT needs CAP_SYS_NICE"],
  ["sched_setaffinity", ["EINVAL"], () => "none of these processors is online and in the cpuset of this process"],
  [
    "landlock_restrict_self",
    ["EPERM"],
    () => "Landlock needs no_new_privs (`noNewPrivileges` of the configuration) or CAP_SYS_ADMIN",
  ],
  ["landlock_restrict_self", ["E2BIG"], () => "a process can have at most 16 Landlock rulesets on top of each other"],
  ["openat2", ["ENOENT"], missingSysctl],
  ["openat2", ["ENOSYS"], () => "openat2(2) needs Linux 5.6"],
  ["mount_setattr", ["EINVAL"], idMapping],
  ["mount_setattr", ["EPERM"], lockedFlag],
  ["fsconfig", ["EINVAL"], unknownOption],
  ["mount_setattr", ["ENOSYS"], () => "mount_setattr(2) needs Linux 5.12"],
  ["clone3", ["ENOSYS"], () => "clone3(2) needs Linux 5.3; a seccomp filter around this process may also hide it"],
];

function userNamespaceHint(args: readonly Argument[]): string | undefined {
  if (!wantsNewUser(args[0])) return undefined;
  if (readSetting("/proc/sys/user/max_user_namespaces") === "0")
    return "user namespaces are switched off: sysctl user.max_user_namespaces=15000";
  if (readSetting("/proc/sys/kernel/unprivileged_userns_clone") === "0")
    return "unprivileged user namespaces are switched off: sysctl kernel.unprivileged_userns_clone=1";
  if (readSetting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1")
    return "AppArmor restricts user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  return undefined;
}

/** user_namespaces(7), EPERM. */
function chrootHint(args: readonly Argument[]): string | undefined {
  return wantsNewUser(args[0]) ? "in a chroot the kernel makes no user namespaces" : undefined;
}

function wantsNewUser(argument: Argument | undefined): boolean {
  const flags =
    typeof argument === "object" && argument !== null && "struct" in argument ? argument.fields["flags"] : argument;
  return (typeof flags === "number" || typeof flags === "bigint") && (BigInt(flags) & BigInt(CLONE.NEWUSER)) !== 0n;
}

function needsRoot(_args: readonly Argument[], capability = "CAP_SYS_ADMIN"): string | undefined {
  return process.geteuid?.() === 0 ? undefined : `this needs root (${capability})`;
}

function overlayDepth(args: readonly Argument[]): string | undefined {
  if (args[2] !== "overlay") return undefined;
  return "overlay refuses a layer that is itself an overlay on an overlay, and an upper directory on an overlay: use directories of another file system";
}

function idMapping(args: readonly Argument[]): string | undefined {
  const attributes = args[3];
  const wanted =
    typeof attributes === "object" && attributes !== null && "struct" in attributes ? attributes.fields : {};
  if ((Number(wanted["attr_set"] ?? 0) & MOUNT_ATTR.IDMAP) === 0) return undefined;
  return "this file system has no ID-mapped mounts, as an overlay has none: use a directory on ext4, XFS or btrfs (tmpfs since Linux 6.3)";
}

/** prlimit(2), EPERM: no privilege lifts this one. */
function aboveNrOpen(args: readonly Argument[]): string | undefined {
  const [, resource, limit] = args;
  const most = readSetting("/proc/sys/fs/nr_open");
  if (resource !== RLIMIT.NOFILE || most === undefined) return undefined;
  const wanted =
    typeof limit === "object" && limit !== null && "struct" in limit ? limit.fields["rlim_max"] : undefined;
  if ((typeof wanted !== "bigint" && typeof wanted !== "number") || BigInt(wanted) <= BigInt(most)) return undefined;
  return `RLIMIT_NOFILE cannot be above sysctl fs.nr_open, which is ${most} here`;
}

/** What `writeProc` opens below /proc/sys. */
function missingSysctl(args: readonly Argument[]): string | undefined {
  if (typeof args[1] !== "string" || !args[1].startsWith("sys/")) return undefined;
  return "the kernel has no such sysctl, this namespace has none of its own, or a module is not loaded; dots in the name of an interface are written net/ipv4/conf/eth0.1/forwarding";
}

/** mount_namespaces(7), "Restrictions on mount namespaces". */
function lockedFlag(args: readonly Argument[]): string | undefined {
  const attributes = args[3];
  const clears =
    typeof attributes === "object" &&
    attributes !== null &&
    "struct" in attributes &&
    Number(attributes.fields["attr_clr"] ?? 0) !== 0;
  return clears
    ? "in a user namespace the flags ro, nosuid, nodev, noexec and those of access times stay as the source has them: leave out what takes one away"
    : needsRoot([]);
}

function unknownOption(args: readonly Argument[]): string | undefined {
  const [, command, key, text] = args;
  if (typeof key !== "string" || (command !== FSCONFIG.SET_FLAG && command !== FSCONFIG.SET_STRING)) return undefined;
  const word = typeof text === "string" ? `${key}=${text}` : key;
  return `the file system has no option ${JSON.stringify(word)}, or not this value for it`;
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
