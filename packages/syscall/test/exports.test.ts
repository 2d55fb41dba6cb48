import { expect, test } from "vitest";
import * as syscall from "../src/index.ts";

test("the package exports these names", () => {
  const names = Object.keys(syscall).toSorted();
  const isTable = (name: string): boolean => /^[_A-Z][_A-Z0-9]*$/.test(name);
  expect(names.filter((name) => !isTable(name))).toMatchInlineSnapshot(`
    [
      "SetupError",
      "SyscallError",
      "address",
      "become",
      "call",
      "capUserData",
      "capUserHeader",
      "cloneArgs",
      "closeFd",
      "errnoName",
      "explain",
      "explainData",
      "formatCall",
      "ignoring",
      "into",
      "iovec",
      "isErrno",
      "isMainThread",
      "isSyscallError",
      "joinCapabilities",
      "loopConfig",
      "makePipe",
      "memory",
      "mountAttr",
      "openHow",
      "pointer",
      "pollfd",
      "quote",
      "rlimit64",
      "run",
      "runInChild",
      "runInPool",
      "s16",
      "s32",
      "s64",
      "sigaction",
      "siginfo",
      "sockFprog",
      "spawn",
      "spawnSteps",
      "splitCapabilities",
      "statfs",
      "step",
      "struct",
      "tell",
      "timespec",
      "tryWait",
      "u16",
      "u32",
      "u64",
      "u8",
      "userSteps",
      "value",
      "waitFor",
      "winsize",
    ]
  `);
  expect(names.filter(isTable).join(" ")).toMatchInlineSnapshot(
    `"AF AT AT_EACCESS AT_FDCWD AUDIT_ARCH BPF BPF_F CAP CLD CLOCK CLONE CLOSE_RANGE C_CFLAG C_IFLAG C_LFLAG C_OFLAG EFD EPOLL EPOLL_CTL ERRNO F FALLOC_FL FD FIO FSCONFIG FSMOUNT FSOPEN FSPICK F_SEAL GRND IFF IN IN_EVENT IOPRIO_CLASS IOPRIO_WHO KEY KEYCTL KEY_SPEC LANDLOCK_ACCESS_FS LANDLOCK_ACCESS_NET LANDLOCK_CREATE_RULESET LANDLOCK_RULE LANDLOCK_SCOPE LINUX_CAPABILITY_VERSION_3 LINUX_REBOOT_CMD LOCK LOOP LOOP_CTL LO_FLAGS MAGIC MAP MFD MNT MOUNT_ATTR MOVE_MOUNT MS MSG NETLINK NS O OPEN_TREE P PER PERSONALITY PIDFD PIDFD_GET PIDFD_INFO PIDFD_SIGNAL POLL PR PRIO PROT PR_CAP_AMBIENT RENAME REPORT RESOLVE RLIMIT RLIM_INFINITY RWF S SA SCHED SCHED_FLAG SECBIT SECCOMP SECCOMP_FILTER_FLAG SECCOMP_IOCTL_NOTIF SECCOMP_MODE SECCOMP_RET SEEK SFD SHUT SIG SIG_HANDLER SIG_HOW SIOC SO SOCK SOL SPLICE_F STATMOUNT STATX STATX_ATTR TC TFD TFD_TIMER TIMER TIOC UMOUNT VFS_CAP W XATTR __W"`,
  );
});
