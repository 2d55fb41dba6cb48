import type { Format } from "../signature.ts";
import { AT } from "../uapi/fcntl.ts";
import { MAP, PROT } from "../uapi/mman.ts";
import { PER, PERSONALITY } from "../uapi/personality.ts";
import { PIDFD, PIDFD_SIGNAL } from "../uapi/pidfd.ts";
import { LINUX_REBOOT_CMD } from "../uapi/reboot.ts";
import { CLONE } from "../uapi/sched.ts";
import { SIG, SIG_HOW } from "../uapi/signal.ts";
import { SFD } from "../uapi/signalfd.ts";
import { __W, P, W } from "../uapi/wait.ts";
import { flags, oneOf, type Signatures, type Variants } from "./formats.ts";

const clone: Format = flags({ CLONE_: CLONE });
const at: Format = flags({ AT_: AT });
const prot: Format = flags({ PROT_: PROT }, "PROT_NONE");

/** The parameters of the calls for namespaces, processes, signals and memory. */
export const processes = (): Signatures => ({
  // Namespaces and processes
  unshare: { flags: clone },
  setns: { fd: "fd", nstype: clone },
  // Of x86-64: arm64 has tls before child_tid.
  clone: {
    flags: flags({ CLONE_: CLONE, SIG: { CHLD: SIG.CHLD } }),
    stack: "pointer",
    parent_tid: "pointer",
    child_tid: "pointer",
    tls: "pointer",
  },
  clone3: { cl_args: "pointer", size: "uint" },
  fork: {},
  vfork: {},
  execve: { pathname: "path", argv: "strings", envp: "strings" },
  execveat: { dirfd: "dirfd", pathname: "path", argv: "strings", envp: "strings", flags: at },
  exit: { status: "int" },
  exit_group: { status: "int" },
  wait4: {
    pid: "int",
    wstatus: "pointer",
    options: flags({ W: { NOHANG: W.NOHANG, UNTRACED: W.STOPPED, CONTINUED: W.CONTINUED }, __W }),
    rusage: "pointer",
  },
  waitid: { idtype: oneOf({ P_: P }), id: "int", infop: "pointer", options: flags({ W, __W }), rusage: "pointer" },
  pidfd_open: { pid: "int", flags: flags({ PIDFD_: PIDFD }) },
  pidfd_getfd: { pidfd: "fd", targetfd: "int", flags: "hex" },
  pidfd_send_signal: { pidfd: "fd", sig: "signal", info: "pointer", flags: flags({ PIDFD_SIGNAL_: PIDFD_SIGNAL }) },
  process_mrelease: { pidfd: "fd", flags: "hex" },
  getpid: {},
  getppid: {},
  gettid: {},
  setsid: {},
  setpgid: { pid: "int", pgid: "int" },
  getpgid: { pid: "int" },
  getsid: { pid: "int" },
  sethostname: { name: "string", len: "uint" },
  setdomainname: { name: "string", len: "uint" },
  uname: { buf: "pointer" },
  personality: { persona: flags({ "": PERSONALITY, PER_: PER }, "PER_LINUX") },
  reboot: { magic: "hex", magic2: "hex", cmd: oneOf({ LINUX_REBOOT_CMD_: LINUX_REBOOT_CMD }), arg: "pointer" },

  // Signals
  kill: { pid: "int", sig: "signal" },
  tkill: { tid: "int", sig: "signal" },
  tgkill: { tgid: "int", tid: "int", sig: "signal" },
  rt_sigaction: { signum: "signal", act: "pointer", oldact: "pointer", sigsetsize: "uint" },
  rt_sigprocmask: { how: oneOf({ SIG_: SIG_HOW }), set: "pointer", oldset: "pointer", sigsetsize: "uint" },
  rt_sigtimedwait: { set: "pointer", info: "pointer", timeout: "pointer", sigsetsize: "uint" },
  rt_sigsuspend: { mask: "pointer", sigsetsize: "uint" },
  signalfd4: { fd: "fd", mask: "pointer", sizemask: "uint", flags: flags({ SFD_: SFD }) },

  // Memory
  mmap: { addr: "pointer", length: "uint", prot, flags: flags({ MAP_: MAP }), fd: "fd", offset: "hex" },
  mprotect: { addr: "pointer", len: "uint", prot },
  munmap: { addr: "pointer", length: "uint" },
});

/** The ones of these whose formats depend on a parameter. */
export const processVariants = (): Variants => ({
  waitid: { by: 0, names: P, formats: { PIDFD: { id: "fd" } } },
});
