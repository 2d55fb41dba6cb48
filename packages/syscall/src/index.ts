export { become, type BecomeOptions } from "./become.ts";
export { type Complaint, type SpecialComplaint } from "./complaint.ts";
export { type Architecture } from "./architecture.ts";
export { type User, userSteps } from "./credentials.ts";
export { closeFd } from "./close-fd.ts";
export { makePipe } from "./make-pipe.ts";
export { connectUnix } from "./connect-unix.ts";
export { explain, explainData, type ExplainedCall, type ExplainedStep } from "./explain.ts";
export { formatCall, quote, type FormatContext } from "./format.ts";
export { closeProcfs, openProcfs, type ProcfsOptions, withProcfs, writeProc } from "./procfs.ts";
export {
  address,
  call,
  ignoring,
  into,
  memory,
  pointer,
  step,
  value,
  type Address,
  type Argument,
  type Assign,
  type Call,
  type Instruction,
  type Integer,
  type Jump,
  type Label,
  type Layout,
  type Memory,
  type Program,
  type Step,
  type StructArgument,
  type Value,
} from "./program.ts";
export { strerror } from "./machine.ts";
export { isMainThread } from "./main-thread.ts";
export { programFile, type ProgramFileOptions } from "./program-file.ts";
export { REPORT, tell, type MessageName } from "./report.ts";
export { type Message, type ReportReader } from "./report-reader.ts";
export { run, runInPool, type Results, type RunOptions } from "./run.ts";
export { runInChild } from "./run-in-child.ts";
export { type Format, type Names, type Signature } from "./signature.ts";
export { sendFds, sendFdsStep } from "./send-fds.ts";
export { spawn, spawnSteps, type Child, type LaunchOptions, type SpawnOptions } from "./spawn.ts";
export { s16, s32, s64, struct, u8, u16, u32, u64, type Encodable, type Field, type Struct } from "./struct.ts";
export { isErrno, isSyscallError } from "./is-syscall-error.ts";
export { SetupError, SyscallError } from "./syscall-error.ts";
export { whenReady, type Awaited } from "./when-ready.ts";
export { tryWait, waitFor, type ExitStatus } from "./wait.ts";
export {
  capUserData,
  splitCapabilities,
  joinCapabilities,
  type CapUserData,
  type CapabilityMasks,
} from "./structs/cap-user-data.ts";
export { capUserHeader, type CapUserHeader } from "./structs/cap-user-header.ts";
export { cloneArgs, type CloneArgs } from "./structs/clone-args.ts";
export { cmsghdr, type Cmsghdr } from "./structs/cmsghdr.ts";
export { iovec, type Iovec } from "./structs/iovec.ts";
export { loopConfig, type LoopConfig } from "./structs/loop-config.ts";
export { mountAttr, type MountAttr } from "./structs/mount-attr.ts";
export { msghdr, type Msghdr } from "./structs/msghdr.ts";
export { openHow, type OpenHow } from "./structs/open-how.ts";
export { pollfd, type Pollfd } from "./structs/pollfd.ts";
export { rlimit64, type Rlimit64 } from "./structs/rlimit64.ts";
export { schedAttr, type SchedAttr } from "./structs/sched-attr.ts";
export { sigaction, type Sigaction } from "./structs/sigaction.ts";
export { siginfo, type Siginfo } from "./structs/siginfo.ts";
export { sockFprog, type SockFprog } from "./structs/sock-fprog.ts";
export { statfs, type Statfs } from "./structs/statfs.ts";
export { timespec, type Timespec } from "./structs/timespec.ts";
export { winsize, type Winsize } from "./structs/winsize.ts";
export { BPF, BPF_F } from "./uapi/bpf.ts";
export { CAP, LINUX_CAPABILITY_VERSION_3, VFS_CAP } from "./uapi/capability.ts";
export { CLOSE_RANGE } from "./uapi/close-range.ts";
export { ERRNO, errnoName, type ErrnoName } from "./uapi/errno.generated.ts";
export { EFD } from "./uapi/eventfd.ts";
export { EPOLL, EPOLL_CTL } from "./uapi/eventpoll.ts";
export { FALLOC_FL } from "./uapi/falloc.ts";
export { AT_FDCWD, AT, AT_EACCESS, O, F, FD, F_SEAL, LOCK } from "./uapi/fcntl.ts";
export { RENAME, SEEK, RWF, SPLICE_F } from "./uapi/fs.ts";
export { IN, IN_EVENT } from "./uapi/inotify.ts";
export { TIOC, TC, FIO } from "./uapi/ioctl.ts";
export { IOPRIO_WHO, IOPRIO_CLASS } from "./uapi/ioprio.ts";
export { KEYCTL, KEY_SPEC, KEY } from "./uapi/keyctl.ts";
export {
  LANDLOCK_ACCESS_FS,
  LANDLOCK_ACCESS_NET,
  LANDLOCK_SCOPE,
  LANDLOCK_RULE,
  LANDLOCK_CREATE_RULESET,
} from "./uapi/landlock.ts";
export { LO_FLAGS, LOOP, LOOP_CTL } from "./uapi/loop.ts";
export { MAGIC } from "./uapi/magic.ts";
export { MFD } from "./uapi/memfd.ts";
export { MPOL, MPOL_F } from "./uapi/mempolicy.ts";
export { PROT, MAP } from "./uapi/mman.ts";
export {
  MS,
  MNT,
  UMOUNT,
  OPEN_TREE,
  MOVE_MOUNT,
  FSOPEN,
  FSPICK,
  FSCONFIG,
  FSMOUNT,
  MOUNT_ATTR,
  STATMOUNT,
} from "./uapi/mount.ts";
export { AF, SOCK, NETLINK, MSG, SHUT, SOL, SCM, SO, IFF, SIOC } from "./uapi/net.ts";
export { NS } from "./uapi/nsfs.ts";
export { RESOLVE } from "./uapi/openat2.ts";
export { PER, PERSONALITY } from "./uapi/personality.ts";
export { PIDFD, PIDFD_SIGNAL, PIDFD_GET, PIDFD_INFO } from "./uapi/pidfd.ts";
export { POLL } from "./uapi/poll.ts";
export { PR, PR_CAP_AMBIENT } from "./uapi/prctl.ts";
export { GRND } from "./uapi/random.ts";
export { LINUX_REBOOT_CMD } from "./uapi/reboot.ts";
export { RLIMIT, RLIM_INFINITY, PRIO } from "./uapi/resource.ts";
export { CLONE, SCHED, SCHED_FLAG } from "./uapi/sched.ts";
export {
  SECCOMP,
  SECCOMP_MODE,
  SECCOMP_FILTER_FLAG,
  SECCOMP_RET,
  SECCOMP_IOCTL_NOTIF,
  AUDIT_ARCH,
} from "./uapi/seccomp.ts";
export { SECBIT } from "./uapi/securebits.ts";
export { SIG, SIG_HOW, SIG_HANDLER, SA } from "./uapi/signal.ts";
export { SFD } from "./uapi/signalfd.ts";
export { S, STATX, STATX_ATTR } from "./uapi/stat.ts";
export { type SyscallName } from "./uapi/syscalls.generated.ts";
export { C_CFLAG, C_IFLAG, C_LFLAG, C_OFLAG } from "./uapi/termbits.ts";
export { CLOCK, TIMER } from "./uapi/time.ts";
export { TFD, TFD_TIMER } from "./uapi/timerfd.ts";
export { W, __W, P, CLD } from "./uapi/wait.ts";
export { XATTR } from "./uapi/xattr.ts";
